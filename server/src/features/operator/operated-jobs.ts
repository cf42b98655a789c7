import { OPEN_STATUSES } from '@icana/contract';
import type { OperatedJob, OperatedJobs as JobsPage, OperatedJobState } from '@icana/contract/app';

import type { Database } from '../../infra/database/schema.ts';
import { wireTime } from '../../lib/clock.ts';
import { isUuid } from '../../lib/ids.ts';
import type { DashboardJobsService } from '../jobs/dashboard-jobs.ts';
import { listOperatedJobs, type OperatedJobRow } from './operated-jobs.store.ts';
import { pageOf } from './pages.rules.ts';

export type OperatedJobs = ReturnType<typeof createOperatedJobs>;

/** The jobs of all accounts, as operators see them: with the names of files, and nothing of what was said. */
export function createOperatedJobs(parts: {
  database: Database;
  dashboardJobs: Pick<DashboardJobsService, 'show'>;
}) {
  const { database, dashboardJobs } = parts;

  const show = async (row: OperatedJobRow): Promise<OperatedJob> => ({
    ...(await dashboardJobs.show(row)),
    accountId: row.account_id,
    email: row.email,
    attempts: row.attempts,
    startedAt: row.started_at && wireTime(row.started_at),
  });

  return {
    /** @throws ApiError 400 when the cursor is not one that a page gave */
    async list(wanted: {
      limit: number;
      order: 'newest' | 'oldest';
      cursor?: string | undefined;
      state?: OperatedJobState | undefined;
      account?: string | undefined;
    }): Promise<JobsPage> {
      const { state, account: accountId, order } = wanted;
      if (accountId !== undefined && !isUuid(accountId)) return { jobs: [], nextCursor: null };
      const statuses = state && (state === 'open' ? OPEN_STATUSES : [state]);
      const { rows, nextCursor } = await pageOf(wanted, (after, limit) =>
        listOperatedJobs(database, { statuses, accountId, order, after, limit }),
      );
      return { jobs: await Promise.all(rows.map(show)), nextCursor };
    },
  };
}
