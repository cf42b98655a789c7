import { nothingElse } from '../../infra/database/in-transaction.ts';
import type { Database, JobRow } from '../../infra/database/schema.ts';
import { ApiError, refusal } from '../../infra/http/api-error.ts';
import { ObjectMissing, type ObjectStorage } from '../../infra/storage/object-storage.ts';
import { OperatorError } from '../../lib/operator-error.ts';
import { isUuid } from '../../lib/ids.ts';
import type { Credits } from '../credits/credits.service.ts';
import type { JobSubmissions, ReceivedFile } from './job-submissions.ts';
import { findJob } from './jobs.store.ts';
import { requireOwned, type WantedJob } from './owned-jobs.ts';

type AlsoOfJob = (trx: Database, newJobId: string) => Promise<void>;

export type Resubmissions = ReturnType<typeof createResubmissions>;

/** Failed jobs, tried again. What has ended never changes, so the second try is a job of its own with its own copy. */
export function createResubmissions(parts: {
  database: Database;
  submissions: JobSubmissions;
  credits: Pick<Credits, 'requireMinimum'>;
  storage: Pick<ObjectStorage, 'put' | 'openRead'>;
}) {
  const { database, submissions, credits, storage } = parts;

  /** @param by on whose word; with the same key within 24 hours it stays at one new job */
  async function resubmit(
    failed: JobRow,
    by: { keyId: string | null; idempotencyKey: string | null; also?: AlsoOfJob },
  ) {
    const { idempotencyKey, also = nothingElse } = by;
    const file = receivedFileOf(failed);
    const { account_id: accountId, original_filename: filename, language } = failed;
    const job = await submissions.open({ accountId, keyId: by.keyId, filename, language });
    const letGo = submissions.keepOpen(job.id);
    let taken = job.id;
    try {
      await storage.put(job.storage_key, await storage.openRead(failed.storage_key));
      const options = {
        language,
        prompt: failed.prompt,
        numSpeakers: failed.num_speakers,
        minSpeakers: failed.min_speakers,
        maxSpeakers: failed.max_speakers,
      };
      taken = await submissions.submit(job, file, {
        options,
        idempotencyKey,
        also: (trx) => also(trx, job.id),
      });
    } catch (error) {
      await submissions.discard(job);
      throw error instanceof ObjectMissing ? refusal('jobs.recording_missing') : error;
    } finally {
      letGo();
    }
    if (taken !== job.id) await submissions.discard(job);
    return taken;
  }

  return {
    /**
     * Submits a failed job's recording again, for the operator and at its owner's expense.
     * @param how.once whether it stays at one new job however often it is asked for within 24 hours, by whomever
     * @param how.also is told the new job's id, unless there was one already
     * @returns the new job's id
     * @throws OperatorError when the job has not failed, has no recording, or its account cannot pay
     */
    async retry(
      id: string,
      { once = false, also }: { once?: boolean; also?: AlsoOfJob } = {},
    ): Promise<string> {
      const job = isUuid(id) ? await findJob(database, id) : undefined;
      if (!job) throw new OperatorError(`There is no job ${id}.`);
      try {
        const idempotencyKey = once ? onceKeyOf(job.id) : null;
        return await resubmit(job, { keyId: job.api_key_id, idempotencyKey, ...(also && { also }) });
      } catch (cause) {
        throw cause instanceof ApiError ? new OperatorError(`Job ${id}: ${cause.message}`, { cause }) : cause;
      }
    },

    /**
     * Submits a failed job's recording again for its owner; asked for twice, it is done once.
     * @returns the new job's id
     * @throws ApiError 404 when there is no such job of this account or its recording is gone, 400 when it has not
     *   failed, 402 when the account cannot pay
     */
    async retryOwned(wanted: WantedJob): Promise<string> {
      const job = await requireOwned(database, wanted);
      const idempotencyKey = onceKeyOf(job.id);
      const earlier = await submissions.submittedWith(wanted.accountId, idempotencyKey);
      if (earlier !== null) return earlier;
      await credits.requireMinimum(wanted.accountId);
      return await resubmit(job, { keyId: null, idempotencyKey });
    },
  };
}

const onceKeyOf = (jobId: string): string => `retry:${jobId}`;

/** @throws ApiError when the job has not failed, or nothing that could be tried again ever arrived */
function receivedFileOf(job: JobRow): ReceivedFile {
  if (job.status !== 'failed') throw refusal('jobs.not_failed', { status: job.status });
  const { sha256, size_bytes: sizeBytes, probed_duration_ms: durationMs } = job;
  if (sha256 === null || sizeBytes === null || durationMs === null) throw refusal('jobs.recording_missing');
  return { sha256, sizeBytes, durationMs };
}
