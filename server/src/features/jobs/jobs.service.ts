import type { Job, JobExpansion, JobList, JobStatus, JobSummary } from '@icana/contract';

import type { Database, JobRow } from '../../infra/database/schema.ts';
import { refusal } from '../../infra/http/api-error.ts';
import type { Clock } from '../../lib/clock.ts';
import { isUuid } from '../../lib/ids.ts';
import { jointly } from '../../lib/jointly.ts';
import { OperatorError } from '../../lib/operator-error.ts';
import type { Transcripts } from '../transcripts/transcripts.service.ts';
import { readPage } from './job-pages.ts';
import { toJob, toSummary } from './jobs.rules.ts';
import { findJob, findJobs } from './jobs.store.ts';
import type { Outlooks } from './work/outlooks.ts';

export type Jobs = ReturnType<typeof createJobs>;

/** Jobs as their owners read them. Whose job it is is part of every question: a job of another does not exist. */
export function createJobs(parts: {
  database: Database;
  clock: Clock;
  transcripts: Transcripts;
  outlooks: Pick<Outlooks, 'of'>;
}) {
  const { database, clock, transcripts, outlooks } = parts;

  /** What clients ask for most, over and over while they wait. */
  const readJob = jointly(async (ids: readonly string[]) => {
    const rows = new Map((await findJobs(database, ids)).map((row) => [row.id, row]));
    return ids.map((id) => rows.get(id));
  });

  async function view(row: JobRow, expand: readonly JobExpansion[]): Promise<Job> {
    const transcript = row.status === 'completed' ? await transcripts.find(row.id, expand) : undefined;
    const outlook = expand.includes('progress') ? await outlooks.of(row) : null;
    return toJob(row, transcript, { expand, now: clock.now(), outlook });
  }

  return {
    /** @throws ApiError 404 when the id is none, unknown or another account's */
    async get(wanted: { accountId: string; id: string; expand: readonly JobExpansion[] }): Promise<Job> {
      const row = isUuid(wanted.id) ? await readJob(wanted.id.toLowerCase()) : undefined;
      if (row?.account_id !== wanted.accountId) throw refusal('jobs.not_found');
      return await view(row, wanted.expand);
    },

    /** Any account's job as a list shows it; null when there is none or it was deleted. */
    async summaryOf(id: string): Promise<JobSummary | null> {
      const row = await findJob(database, id);
      return row ? toSummary(row) : null;
    },

    /** @throws ApiError 400 when the cursor is not one that a list gave */
    async list(wanted: {
      accountId: string;
      limit: number;
      cursor?: string | undefined;
      status?: JobStatus | undefined;
    }): Promise<JobList> {
      const { accountId, limit, cursor, status } = wanted;
      const statuses = status && [status];
      const { rows, nextCursor } = await readPage(database, { accountId, statuses, limit, cursor });
      return { jobs: rows.map(toSummary), next_cursor: nextCursor };
    },

    /**
     * Any account's job, with everything there is to see of it, for the operator.
     * @throws OperatorError when there is none
     */
    async inspect(id: string): Promise<Job & { account_id: string; attempts: number }> {
      const row = isUuid(id) ? await findJob(database, id) : undefined;
      if (!row) throw new OperatorError(`There is no job ${id}.`);
      const job = await view(row, ['progress', 'cost', 'speakers']);
      return { ...job, account_id: row.account_id, attempts: row.attempts };
    },
  };
}
