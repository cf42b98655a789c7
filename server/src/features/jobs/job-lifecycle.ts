import { isTerminal } from '@icana/contract';
import type { Transcript } from '@icana/engine';

import { nothingElse } from '../../infra/database/in-transaction.ts';
import type { Database, JobRow } from '../../infra/database/schema.ts';
import type { TaskQueue } from '../../infra/queue/queue.ts';
import type { Clock } from '../../lib/clock.ts';
import type { Credits } from '../credits/credits.service.ts';
import type { Transcripts } from '../transcripts/transcripts.service.ts';
import type { Webhooks } from '../webhooks/webhooks.service.ts';
import { eraseWork } from './work/job-chunks.store.ts';
import { prepareTask, recogniseTask, transcribeTask } from './work/job-tasks.ts';
import { lockJob, raiseProgress, startAttempt, updateJobIf } from './jobs.store.ts';

export type JobLifecycle = ReturnType<typeof createJobLifecycle>;

/**
 * The steps of a job from the queue to its end: pending → processing → completed or failed. Every step is one
 * transaction that changes the job, its credit and its task together, and is guarded by the status, so that a step
 * that is tried again, or by two at once, happens once. What has ended never changes.
 */
export function createJobLifecycle(parts: {
  database: Database;
  clock: Clock;
  credits: Credits;
  transcripts: Transcripts;
  queue: Pick<TaskQueue, 'withdraw'>;
  webhooks: Pick<Webhooks, 'announceEnd'>;
}) {
  const { database, clock, credits, transcripts, queue, webhooks } = parts;

  /** Takes back what is still queued for a job, and erases what was done of it. */
  async function withdrawWork(trx: Database, jobId: string): Promise<void> {
    const chunkTasks = await eraseWork(trx, jobId);
    await queue.withdraw(trx, recogniseTask, ...chunkTasks);
    for (const task of [transcribeTask, prepareTask]) await queue.withdraw(trx, task, jobId);
  }

  /** Ends a locked job that has not ended as failed, gives its credit back and withdraws its tasks. */
  async function failIn(
    trx: Database,
    job: JobRow,
    why: { errorMessage: string; releaseReason: string },
  ): Promise<void> {
    const { id: jobId, account_id: accountId } = job;
    await credits.release(trx, { accountId, jobId, reason: why.releaseReason });
    if (job.status !== 'uploading') await withdrawWork(trx, jobId);
    const now = clock.now();
    await updateJobIf(
      trx,
      { id: jobId, status: [job.status] },
      {
        status: 'failed',
        error_message: why.errorMessage,
        charged_micro_aud: 0,
        completed_at: now,
        // Nobody has a use for what there is of a file that never arrived whole.
        ...(job.status === 'uploading' && { recording_removal_due_at: now }),
      },
    );
  }

  /** Ends a job as failed and gives its credit back. False when it has ended already. */
  async function fail(jobId: string, errorMessage: string, also = nothingElse): Promise<boolean> {
    return await database.transaction().execute(async (trx) => {
      const job = await lockJob(trx, jobId);
      if (!job || isTerminal(job.status)) return false;
      await failIn(trx, job, { errorMessage, releaseReason: 'the job failed' });
      await webhooks.announceEnd(trx, { id: jobId, accountId: job.account_id, status: 'failed' });
      await also(trx);
      return true;
    });
  }

  /**
   * Keeps a part of what is made of a job, and completes the job when that was the last: the transcript is kept, the
   * price of the decoded recording settled. Nothing is kept of a job that has ended.
   *
   * @param keep answers with the transcript when no part is missing any more
   * @returns whether the job is completed by this
   */
  async function advance(
    jobId: string,
    keep: (trx: Database) => Promise<Transcript | null>,
  ): Promise<boolean> {
    return await database.transaction().execute(async (trx) => {
      const job = await lockJob(trx, jobId);
      if (!job || isTerminal(job.status)) return false;
      const transcript = await keep(trx);
      if (transcript) await completeIn(trx, job, transcript);
      return transcript !== null;
    });
  }

  async function completeIn(trx: Database, job: JobRow, transcript: Transcript): Promise<void> {
    const { id: jobId, account_id: accountId } = job;
    const durationMs = Math.round(transcript.durationSeconds * 1000);
    await transcripts.keep(trx, jobId, transcript);
    await eraseWork(trx, jobId);
    const priceMicroAud = credits.priceOf(durationMs);
    const charged = await credits.settle(trx, { accountId, jobId, priceMicroAud });
    const ending = {
      status: 'completed',
      // What was found out; where the model does not say, it stays as asked.
      ...(transcript.detectedLanguage && { language: transcript.detectedLanguage }),
      decoded_duration_ms: durationMs,
      charged_micro_aud: charged,
    } as const;
    await updateJobIf(trx, { id: jobId, status: [job.status] }, { ...ending, completed_at: clock.now() });
    await webhooks.announceEnd(trx, { id: jobId, accountId, status: 'completed' });
  }

  return {
    fail,
    failIn,
    advance,

    /** Begins an attempt; null when there is nothing left to do because the job has ended. */
    async startProcessing(jobId: string): Promise<JobRow | null> {
      return (await startAttempt(database, jobId, clock.now())) ?? null;
    },

    async reportProgress(jobId: string, fraction: number): Promise<void> {
      await raiseProgress(database, jobId, fraction);
    },

    /** Ends a job that was transcribed as a whole. False when it has ended. */
    complete: async (jobId: string, transcript: Transcript): Promise<boolean> =>
      await advance(jobId, async () => transcript),
  };
}
