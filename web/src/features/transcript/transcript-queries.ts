import type { DashboardJob, EditableTranscript, Levels } from '@icana/contract/app';
import { fromColumns } from '@icana/contract/edits';
import { queryOptions } from '@tanstack/react-query';

import { ask, LONG_PATIENCE_MS } from '../../lib/api.ts';
import type { KeptTranscript } from './editing/edit-state.ts';
import type { Loudness } from './player/waveform-bars.ts';

export const jobPath = (jobId: string, rest = ''): string => `/app/jobs/${encodeURIComponent(jobId)}${rest}`;

export const jobQuery = (jobId: string) =>
  queryOptions({
    queryKey: ['job', jobId],
    queryFn: ({ signal }) => ask<DashboardJob>('GET', jobPath(jobId), { signal }),
  });

export interface LoadedTranscript extends KeptTranscript {
  readonly canRecount: boolean;
}

export async function loadTranscript(jobId: string, signal?: AbortSignal): Promise<LoadedTranscript> {
  const path = jobPath(jobId, '/transcript');
  const answer = await ask<EditableTranscript>('GET', path, {
    patienceMs: LONG_PATIENCE_MS,
    ...(signal && { signal }),
  });
  return { ...answer, original: fromColumns(answer.original) };
}

/** A transcript as it is when its page opens. What becomes of it there, by this page or by others, is `useEditing`'s. */
export const transcriptQuery = (jobId: string) =>
  queryOptions({
    queryKey: ['transcript', jobId],
    queryFn: ({ signal }) => loadTranscript(jobId, signal),
    gcTime: 0,
    staleTime: Infinity,
  });

export const loudnessQuery = (jobId: string) =>
  queryOptions({
    queryKey: ['loudness', jobId],
    queryFn: async ({ signal }): Promise<Loudness | null> => {
      const { levels, secondsPerLevel } = await ask<Levels>('GET', jobPath(jobId, '/levels'), {
        patienceMs: LONG_PATIENCE_MS,
        signal,
      });
      if (levels === null) return null;
      return { levels: Uint8Array.from(atob(levels), (sign) => sign.charCodeAt(0)), secondsPerLevel };
    },
    staleTime: Infinity,
  });
