import { isTerminal, type DeletedJob } from '@icana/contract';
import type { Logger } from 'pino';

import { nothingElse, type Also } from '../../infra/database/in-transaction.ts';
import type { Database, JobRow } from '../../infra/database/schema.ts';
import { ApiError, refusal } from '../../infra/http/api-error.ts';
import type { ObjectStorage } from '../../infra/storage/object-storage.ts';
import type { Clock } from '../../lib/clock.ts';
import { isUuid } from '../../lib/ids.ts';
import type { Transcripts } from '../transcripts/transcripts.service.ts';
import { forgetIdempotencyKeys } from './idempotency.store.ts';
import type { JobChunks } from './work/job-chunks.ts';
import type { JobLifecycle } from './job-lifecycle.ts';
import { eraseJob, listDueRemovals, listJobsOfErasedAccounts, lockJob, noteRemoval } from './jobs.store.ts';

const CANCELLED = 'The job was deleted before it was completed.';

/** An upload learns of the deletion of its job within seconds; what has not stopped by then died before it could. */
const UPLOAD_STOPS_WITHIN_MS = 60_000;

/** Of a closed account's jobs: the next part has its turn with the next sweep, so that the others have theirs. */
const DELETED_AT_ONCE = 200;

export type Deletions = ReturnType<typeof createDeletions>;

/**
 * Jobs that their owners want gone. One transaction decides: it cancels what has not ended (the credit comes back, the
 * tasks go), erases every text, and leaves the row as a tombstone, so that the totals still agree with the ledger.
 * It also writes down that the recording is to be removed, which happens right after, or, if this process dies in
 * between, by the sweep. A worker that is busy with the job hears of it through the job's watch.
 */
export function createDeletions(parts: {
  database: Database;
  clock: Clock;
  lifecycle: Pick<JobLifecycle, 'failIn'>;
  transcripts: Pick<Transcripts, 'erase'>;
  chunks: Pick<JobChunks, 'removeAudioOf'>;
  storage: Pick<ObjectStorage, 'delete'>;
  log: Logger;
}) {
  const { database, clock, lifecycle, transcripts, chunks, storage, log } = parts;

  async function erase(wanted: { accountId: string; id: string }, also: Also): Promise<JobRow> {
    return await database.transaction().execute(async (trx) => {
      const job = isUuid(wanted.id) ? await lockJob(trx, wanted.id) : undefined;
      if (!job || job.account_id !== wanted.accountId || job.erased_at) throw refusal('jobs.not_found');
      // Before the account is locked: a submission locks its key first and the account after.
      await forgetIdempotencyKeys(trx, job.id);
      if (!isTerminal(job.status)) {
        await lifecycle.failIn(trx, job, { errorMessage: CANCELLED, releaseReason: 'the job was deleted' });
      }
      await transcripts.erase(trx, job.id);
      const at = clock.now();
      // The object of an upload may still be on its way into storage.
      const delayMs = job.status === 'uploading' ? UPLOAD_STOPS_WITHIN_MS : 0;
      await eraseJob(trx, job.id, { at, removalDueAt: new Date(at.getTime() + delayMs) });
      await also(trx);
      return job;
    });
  }

  async function removeRecording(job: Pick<JobRow, 'id' | 'storage_key'>): Promise<void> {
    try {
      await storage.delete(job.storage_key);
      await chunks.removeAudioOf(job.id);
      await noteRemoval(database, job.id);
    } catch (error) {
      log.error({ err: error, jobId: job.id }, 'a deleted recording is still stored: it is tried again');
    }
  }

  async function deleteJob(
    wanted: { accountId: string; id: string },
    also = nothingElse,
  ): Promise<DeletedJob> {
    const job = await erase(wanted, also);
    log.info({ jobId: job.id, status: job.status }, 'deleted');
    if (job.status !== 'uploading') await removeRecording(job);
    return { id: job.id, status: 'deleted' };
  }

  /** What accounts have left behind whose people closed them, a part of it at a time. */
  async function deleteOfErasedAccounts(): Promise<void> {
    for (const job of await listJobsOfErasedAccounts(database, DELETED_AT_ONCE)) {
      await deleteJob(job).catch((error: unknown) => {
        // Another process was faster.
        if (!(error instanceof ApiError)) throw error;
      });
    }
  }

  return {
    /**
     * Cancels or erases a job, whatever its status.
     * @throws ApiError 404 when the id is none, unknown, another account's, or was deleted before
     */
    delete: deleteJob,

    /**
     * Removes recordings whose jobs were deleted by processes that died over it, and jobs of accounts that were closed.
     * Run it now and then, anywhere.
     */
    async sweep(): Promise<void> {
      for (const job of await listDueRemovals(database, clock.now())) await removeRecording(job);
      await deleteOfErasedAccounts();
    },
  };
}
