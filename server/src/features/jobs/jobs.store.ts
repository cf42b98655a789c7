import { OPEN_STATUSES, type JobStatus } from '@icana/contract';
import { sql } from 'kysely';

import type { Database, JobRow, NewJobRow } from '../../infra/database/schema.ts';
import type { ListPosition } from './jobs.rules.ts';

/** Written and judged by the one clock of the database: those of servers may be further apart than an upload is waited for. */
const ALIVE_NOW = { upload_alive_at: sql<Date>`now()` };

/** Makes a job whose upload is heard of now. */
export async function insertJob(db: Database, row: Omit<NewJobRow, 'upload_alive_at'>): Promise<JobRow> {
  return await db
    .insertInto('jobs')
    .values({ ...row, ...ALIVE_NOW })
    .returningAll()
    .executeTakeFirstOrThrow();
}

/** Notes that an upload that has not ended is heard of now. */
export async function keepUploadAlive(db: Database, id: string): Promise<void> {
  await db
    .updateTable('jobs')
    .set(ALIVE_NOW)
    .where('id', '=', id)
    .where('status', '=', 'uploading')
    .execute();
}

/** A job that was deleted by its owner is not found. */
export async function findJob(db: Database, id: string): Promise<JobRow | undefined> {
  return (await findJobs(db, [id]))[0];
}

/** Those of the jobs that exist and were not deleted, in no particular order. */
export async function findJobs(db: Database, ids: readonly string[]): Promise<JobRow[]> {
  return await db
    .selectFrom('jobs')
    .selectAll()
    .where('id', 'in', ids)
    .where('erased_at', 'is', null)
    .execute();
}

/** The job, also one that was deleted, which nobody else can change until the transaction ends. */
export async function lockJob(db: Database, id: string): Promise<JobRow | undefined> {
  return await db.selectFrom('jobs').selectAll().where('id', '=', id).forNoKeyUpdate().executeTakeFirst();
}

export interface JobFilter {
  readonly accountId: string;
  /** Any of these; all of them where nothing is said. */
  readonly statuses?: readonly JobStatus[] | undefined;
  /** A part of the file name, in upper or lower case. */
  readonly search?: string | undefined;
}

/** Up to `limit` of an account's jobs, newest first, from the one that comes after `after`. */
export async function listJobs(
  db: Database,
  wanted: JobFilter & { after: ListPosition | null; limit: number },
): Promise<JobRow[]> {
  const { accountId, statuses, search, after, limit } = wanted;
  let query = db
    .selectFrom('jobs')
    .selectAll()
    .where('account_id', '=', accountId)
    .where('erased_at', 'is', null);
  if (statuses) query = query.where('status', 'in', statuses);
  if (search) query = query.where('original_filename', 'ilike', `%${search.replace(/[\\%_]/g, '\\$&')}%`);
  if (after) {
    query = query.where((row) =>
      row(row.refTuple('created_at', 'id'), '<', row.tuple(after.createdAt, after.id)),
    );
  }
  return await query.orderBy('created_at', 'desc').orderBy('id', 'desc').limit(limit).execute();
}

/** The jobs of the accounts that have not ended, newest first. */
export async function listOpenJobs(db: Database, accountIds: readonly string[]): Promise<JobRow[]> {
  return await db
    .selectFrom('jobs')
    .selectAll()
    .where('account_id', 'in', accountIds)
    .where('status', 'in', OPEN_STATUSES)
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .execute();
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

/** How much audio of an account waits or is worked on in recordings of at most `upToMs`. */
export async function sumWaitingMs(
  db: Database,
  of: { accountId: string; upToMs: number; except: string },
): Promise<number> {
  const { waiting } = await db
    .selectFrom('jobs')
    .select(({ fn }) => fn.sum<string | null>('probed_duration_ms').as('waiting'))
    .where('account_id', '=', of.accountId)
    .where('status', 'in', ['pending', 'processing'])
    .where('probed_duration_ms', '<=', of.upToMs)
    .where('id', '<>', of.except)
    .executeTakeFirstOrThrow();
  return Number(waiting ?? 0);
}

/** Notes how far an attempt has come. An attempt that begins anew does not take back what an earlier one has shown. */
export async function raiseProgress(db: Database, id: string, fraction: number): Promise<void> {
  await db
    .updateTable('jobs')
    .set({ progress_fraction: fraction })
    .where('id', '=', id)
    .where('status', '=', 'processing')
    .where((row) => row(row.fn.coalesce('progress_fraction', row.lit(0)), '<', fraction))
    .execute();
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

/** Uploads whose server has not been heard of for so long. */
export async function listAbandonedUploads(db: Database, silentForMs: number): Promise<JobRow[]> {
  return await db
    .selectFrom('jobs')
    .selectAll()
    .where('status', '=', 'uploading')
    .where('upload_alive_at', '<', sql<Date>`now() - make_interval(secs => ${silentForMs / 1000})`)
    .execute();
}

/** How many of an account's uploads began before `before` and still go on. */
export async function countUploads(db: Database, of: { accountId: string; before: Date }): Promise<number> {
  const { uploads } = await db
    .selectFrom('jobs')
    .select(({ fn }) => fn.countAll<string>().as('uploads'))
    .where('account_id', '=', of.accountId)
    .where('status', '=', 'uploading')
    .where('created_at', '<', of.before)
    .executeTakeFirstOrThrow();
  return Number(uploads);
}

/** Makes an ended job a tombstone: what is left of it says nothing of the recording or of who sent it. */
export async function eraseJob(
  db: Database,
  id: string,
  { at, removalDueAt }: { at: Date; removalDueAt: Date },
): Promise<void> {
  const nothing = { original_filename: '', prompt: null, sha256: null };
  await db
    .updateTable('jobs')
    .set({ ...nothing, erased_at: at, recording_removal_due_at: removalDueAt })
    .where('id', '=', id)
    .execute();
}

/** Deleted jobs whose recordings are to be removed by now. */
export async function listDueRemovals(
  db: Database,
  now: Date,
): Promise<Pick<JobRow, 'id' | 'storage_key'>[]> {
  return await db
    .selectFrom('jobs')
    .select(['id', 'storage_key'])
    .where('recording_removal_due_at', '<=', now)
    .execute();
}

/** Jobs that are still there of accounts that their people have closed. */
export async function listJobsOfErasedAccounts(
  db: Database,
  limit: number,
): Promise<{ id: string; accountId: string }[]> {
  return await db
    .selectFrom('accounts')
    .innerJoin('jobs', 'jobs.account_id', 'accounts.id')
    .select(['jobs.id', 'jobs.account_id as accountId'])
    .where('accounts.erased_at', 'is not', null)
    .where('jobs.erased_at', 'is', null)
    .limit(limit)
    .execute();
}

export async function wasErased(db: Database, id: string): Promise<boolean> {
  const job = await db.selectFrom('jobs').select('erased_at').where('id', '=', id).executeTakeFirst();
  return job !== undefined && job.erased_at !== null;
}

/** Notes that the recording of a deleted job is gone. */
export async function noteRemoval(db: Database, id: string): Promise<void> {
  await db.updateTable('jobs').set({ recording_removal_due_at: null }).where('id', '=', id).execute();
}
