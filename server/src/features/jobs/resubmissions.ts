import type { Database, JobRow } from '../../infra/database/schema.ts';
import { ApiError } from '../../infra/http/api-error.ts';
import { ObjectMissing, type ObjectStorage } from '../../infra/storage/object-storage.ts';
import { OperatorError } from '../../lib/operator-error.ts';
import { isUuid } from '../../lib/ids.ts';
import type { JobLifecycle, ReceivedFile } from './job-lifecycle.ts';
import { findJob } from './jobs.store.ts';

export type Resubmissions = ReturnType<typeof createResubmissions>;

/** Failed jobs, tried again. What has ended never changes, so the second try is a job of its own with its own copy. */
export function createResubmissions(parts: {
  database: Database;
  lifecycle: JobLifecycle;
  storage: Pick<ObjectStorage, 'put' | 'openRead' | 'delete'>;
}) {
  const { database, lifecycle, storage } = parts;

  async function resubmit(failed: JobRow, file: ReceivedFile): Promise<string> {
    const { account_id: accountId, api_key_id: keyId, original_filename: filename, language } = failed;
    const job = await lifecycle.open({ accountId, keyId, filename, language });
    try {
      await storage.put(job.storage_key, await storage.openRead(failed.storage_key));
      const options = {
        language,
        prompt: failed.prompt,
        numSpeakers: failed.num_speakers,
        minSpeakers: failed.min_speakers,
        maxSpeakers: failed.max_speakers,
      };
      return await lifecycle.submit(job, file, { options, idempotencyKey: null });
    } catch (error) {
      if (await lifecycle.mayBeDiscarded(job.id)) {
        await storage.delete(job.storage_key);
        await lifecycle.discard(job.id);
      }
      throw error;
    }
  }

  return {
    /**
     * Submits a failed job's recording again, at its owner's expense.
     * @returns the new job's id
     * @throws OperatorError when the job has not failed, has no recording, or its account cannot pay
     */
    async retry(id: string): Promise<string> {
      const job = isUuid(id) ? await findJob(database, id) : undefined;
      if (!job) throw new OperatorError(`There is no job ${id}.`);
      if (job.status !== 'failed') {
        const advice = job.status === 'completed' ? 'there is nothing to retry' : 'it is taken up by itself';
        throw new OperatorError(`Job ${id} is ${job.status}: ${advice}.`);
      }
      const { sha256, size_bytes: sizeBytes, probed_duration_ms: durationMs } = job;
      if (sha256 === null || sizeBytes === null || durationMs === null) {
        throw new OperatorError(
          `The recording of job ${id} never arrived whole: it has to be uploaded again.`,
        );
      }
      try {
        return await resubmit(job, { sha256, sizeBytes, durationMs });
      } catch (cause) {
        if (cause instanceof ApiError) throw new OperatorError(cause.message, { cause });
        if (!(cause instanceof ObjectMissing)) throw cause;
        throw new OperatorError(`The recording of job ${id} is no longer stored.`, { cause });
      }
    },
  };
}
