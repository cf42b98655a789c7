import type { JobStatus } from '@icana/contract';

import type { Database, JobRow, NewJobRow } from '../../infra/database/schema.ts';
import type { ListPosition } from './jobs.rules.ts';

export async function insertJob(db: Database, row: NewJobRow): Promise<JobRow> {
  return await db.insertInto('jobs').values(row).returningAll().executeTakeFirstOrThrow();
}

export async function findJob(db: Database, id: string): Promise<JobRow | undefined> {
  return await db.selectFrom('jobs').selectAll().where('id', '=', id).executeTakeFirst();
}

/** The job, which nobody else can change until the transaction ends. */
export async function lockJob(db: Database, id: string): Promise<JobRow | undefined> {
  return await db.selectFrom('jobs').selectAll().where('id', '=', id).forNoKeyUpdate().executeTakeFirst();
}

/** Up to `limit` of an account's jobs, newest first, from the one that comes after `after`. */
export async function listJobs(
  db: Database,
  wanted: { accountId: string; status?: JobStatus | undefined; after: ListPosition | null; limit: number },
): Promise<JobRow[]> {
  const { accountId, status, after, limit } = wanted;
  let query = db.selectFrom('jobs').selectAll().where('account_id', '=', accountId);
  if (status) query = query.where('status', '=', status);
  if (after) {
    query = query.where((row) =>
      row(row.refTuple('created_at', 'id'), '<', row.tuple(after.createdAt, after.id)),
    );
  }
  return await query.orderBy('created_at', 'desc').orderBy('id', 'desc').limit(limit).execute();
}

/** Changes columns of a job that still has one of the statuses; undefined when it has not. */
export async function updateJobIf(
  db: Database,
  job: { id: string; status: readonly JobStatus[] },
  change: Partial<JobRow>,
): Promise<JobRow | undefined> {
  return await db
    .updateTable('jobs')
    .set(change)
    .where('id', '=', job.id)
    .where('status', 'in', job.status)
    .returningAll()
    .executeTakeFirst();
}

/** Notes another attempt at a job that has not ended and marks it as processed. */
export async function startAttempt(db: Database, id: string, at: Date): Promise<JobRow | undefined> {
  return await db
    .updateTable('jobs')
    .set((row) => ({
      status: 'processing' as const,
      attempts: row('attempts', '+', 1),
      started_at: row.fn.coalesce('started_at', row.val(at)),
    }))
    .where('id', '=', id)
    .where('status', 'in', ['pending', 'processing'])
    .returningAll()
    .executeTakeFirst();
}

/** Removes a job that was never submitted; answers whether it did. */
export async function deleteUpload(db: Database, id: string): Promise<boolean> {
  const result = await db
    .deleteFrom('jobs')
    .where('id', '=', id)
    .where('status', '=', 'uploading')
    .executeTakeFirst();
  return result.numDeletedRows === 1n;
}

/** Uploads whose server has not been heard of since `before`. */
export async function listAbandonedUploads(db: Database, before: Date): Promise<JobRow[]> {
  return await db
    .selectFrom('jobs')
    .selectAll()
    .where('status', '=', 'uploading')
    .where('upload_alive_at', '<', before)
    .execute();
}
