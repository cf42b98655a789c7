import type { DashboardJob } from '@icana/contract/app';
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';

import { jobsQuery, type JobFilter } from './jobs-query.ts';
import { newestOf } from './newest-of.ts';
import { useLiveJobs } from './use-live-jobs.ts';

/** While nothing is heard of changes, they are asked for. */
const ASK_EVERY_MS = 10_000;

/** The jobs that match, each as it is now. */
export function useJobList(filter: JobFilter) {
  const { changed, gone, isHeard } = useLiveJobs();
  const list = useInfiniteQuery({
    ...jobsQuery(filter),
    placeholderData: keepPreviousData,
    refetchInterval: isHeard ? false : ASK_EVERY_MS,
  });
  const jobs: DashboardJob[] | undefined = list.data?.pages
    .flatMap((page) => page.jobs)
    .filter(({ id }) => !gone.has(id))
    .map((job) => newestOf(job, changed.get(job.id)));
  return { list, jobs };
}
