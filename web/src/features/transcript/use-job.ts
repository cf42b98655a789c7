import type { DashboardJob } from '@icana/contract/app';
import { useQuery, useQueryClient, type UseQueryResult } from '@tanstack/react-query';
import { useEffect } from 'react';

import { followJobs } from '../jobs/list/follow-jobs.ts';
import { isOpen } from '../jobs/list/job-words.ts';
import { newestOf } from '../jobs/list/newest-of.ts';
import { jobQuery } from './transcript-queries.ts';

/** A job as it is now. One that has not ended is followed until it has. */
export function useJob(jobId: string): UseQueryResult<DashboardJob> {
  const queries = useQueryClient();
  const job = useQuery(jobQuery(jobId));
  const isFollowed = job.data !== undefined && isOpen(job.data);
  useEffect(() => {
    if (!isFollowed) return undefined;
    const query = jobQuery(jobId);
    const askAgain = () => void queries.invalidateQueries(query);
    const take = (changed: DashboardJob) => {
      if (changed.id !== jobId) return;
      queries.setQueryData(query.queryKey, (known) => newestOf(changed, known));
    };
    return followJobs({
      jobs({ jobs }) {
        jobs.forEach(take);
        // It may have ended while nobody listened.
        if (!jobs.some(({ id }) => id === jobId)) askAgain();
      },
      job: take,
      gone({ id }) {
        if (id === jobId) void queries.resetQueries(query);
      },
      broken: askAgain,
    });
  }, [isFollowed, jobId, queries]);
  return job;
}
