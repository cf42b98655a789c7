import type { LatestEdits } from '@icana/contract/app';
import { useWindowEvent } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { useEffect } from 'react';

import { ask } from '../../../lib/api.ts';
import { jobPath, loadTranscript, type LoadedTranscript } from '../transcript-queries.ts';
import type { Editing } from './use-editing.ts';

/**
 * Shows what was saved in another window, or by somebody else, when the person comes back to this one or has a
 * connection again. What is not saved here stays on the page: to save it tells what came in between.
 *
 * @param editedPlace of the text that is open, which may hold up what is newer until it is closed
 */
export function useNewerVersion(parts: {
  jobId: string;
  editing: Editing;
  editedPlace: number | null;
}): void {
  const { jobId, editing, editedPlace } = parts;
  const { state, latest, catchUp } = editing;
  const { data: newer, refetch } = useQuery({
    queryKey: ['newer transcript', jobId],
    queryFn: async ({ signal }): Promise<LoadedTranscript | null> => {
      const { revision } = await ask<LatestEdits>('GET', jobPath(jobId, '/edits'), { signal });
      return revision > latest().kept.revision ? await loadTranscript(jobId, signal) : null;
    },
    initialData: null,
    staleTime: Infinity,
    gcTime: 0,
    structuralSharing: false,
    refetchOnWindowFocus: 'always',
    refetchOnReconnect: 'always',
  });
  // A window that another one lies beside was visible all the time.
  useWindowEvent('focus', () => void refetch({ cancelRefetch: false }));
  useEffect(() => {
    if (newer) catchUp(newer);
    // Also when what held it up is saved, undone or discarded.
  }, [newer, state, editedPlace]);
}
