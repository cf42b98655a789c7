import type { DashboardJobs, JobState } from '@icana/contract/app';
import { infiniteQueryOptions } from '@tanstack/react-query';

import { ask } from '../../../lib/api.ts';

export interface JobFilter {
  readonly state: JobState | 'all';
  readonly search: string;
}

/** The jobs that match, page by page, newest first. */
export const jobsQuery = ({ state, search }: JobFilter) =>
  infiniteQueryOptions({
    queryKey: ['jobs', { state, search }],
    queryFn: async ({ pageParam, signal }) => {
      const query = new URLSearchParams({
        ...(state !== 'all' && { state }),
        ...(search !== '' && { search }),
        ...(pageParam !== '' && { cursor: pageParam }),
      });
      return await ask<DashboardJobs>('GET', `/app/jobs?${query}`, { signal });
    },
    initialPageParam: '',
    getNextPageParam: ({ nextCursor }) => nextCursor,
  });
