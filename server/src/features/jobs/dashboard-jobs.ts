import { OPEN_STATUSES, type JobStatus } from '@icana/contract';
import type { DashboardJob, DashboardJobs, JobState } from '@icana/contract/app';

import type { Database, JobRow } from '../../infra/database/schema.ts';
import type { Clock } from '../../lib/clock.ts';
import { readPage } from './job-pages.ts';
import { toDashboardJob } from './jobs.rules.ts';
import { requireOwned, type WantedJob } from './owned-jobs.ts';
import type { Outlooks } from './work/outlooks.ts';

const STATUSES_OF: Readonly<Record<JobState, readonly JobStatus[]>> = {
  open: OPEN_STATUSES,
  completed: ['completed'],
  failed: ['failed'],
};

export type DashboardJobsService = ReturnType<typeof createDashboardJobs>;

/** Jobs as their owners see them on the pages of the dashboard: with progress, money, and what can be done. */
export function createDashboardJobs(parts: {
  database: Database;
  clock: Clock;
  outlooks: Pick<Outlooks, 'of'>;
}) {
  const { database, clock, outlooks } = parts;

  const show = async (row: JobRow): Promise<DashboardJob> =>
    toDashboardJob(row, { now: clock.now(), outlook: await outlooks.of(row) });

  return {
    show,

    /** @throws ApiError 404 when there is no such job of this account */
    get: async (wanted: WantedJob): Promise<DashboardJob> => await show(await requireOwned(database, wanted)),

    /** @throws ApiError 400 when the cursor is not one that a list gave */
    async list(wanted: {
      accountId: string;
      limit: number;
      cursor?: string | undefined;
      state?: JobState | undefined;
      search?: string | undefined;
    }): Promise<DashboardJobs> {
      const { state, ...filter } = wanted;
      const statuses = state && STATUSES_OF[state];
      const { rows, nextCursor } = await readPage(database, { ...filter, statuses });
      return { jobs: await Promise.all(rows.map(show)), nextCursor };
    },
  };
}
