import type { Database, JobRow } from '../../infra/database/schema.ts';
import { refusal } from '../../infra/http/api-error.ts';
import { isUuid } from '../../lib/ids.ts';
import { findJob } from './jobs.store.ts';

/** A job as a request names it. */
export interface WantedJob {
  readonly accountId: string;
  readonly id: string;
}

/** @throws ApiError 404 when there is no such job of this account */
export async function requireOwned(db: Database, { accountId, id }: WantedJob): Promise<JobRow> {
  const job = isUuid(id) ? await findJob(db, id) : undefined;
  if (job?.account_id !== accountId) throw refusal('jobs.not_found');
  return job;
}

/** @throws ApiError 404 when there is no such job of this account, 400 when it is not completed */
export async function requireCompleted(db: Database, wanted: WantedJob): Promise<JobRow> {
  const job = await requireOwned(db, wanted);
  if (job.status !== 'completed') throw refusal('jobs.not_completed', { problem: whyNone(job) });
  return job;
}

function whyNone({ status }: JobRow): string {
  if (status === 'failed') return 'the job has failed. Its error_message says why.';
  return `it is ${status}. Ask again when the status of the job is "completed".`;
}
