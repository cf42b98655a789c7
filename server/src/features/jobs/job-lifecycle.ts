import { createHash } from 'node:crypto';
import { isTerminal } from '@icana/contract';
import type { Transcript } from '@icana/engine';

import { nothingElse, type Also } from '../../infra/database/in-transaction.ts';
import type { Database, JobRow } from '../../infra/database/schema.ts';
import { refusal } from '../../infra/http/api-error.ts';
import type { TaskQueue } from '../../infra/queue/queue.ts';
import type { Clock } from '../../lib/clock.ts';
import { newId } from '../../lib/ids.ts';
import type { Credits } from '../credits/credits.service.ts';
import type { Transcripts } from '../transcripts/transcripts.service.ts';
import type { Webhooks } from '../webhooks/webhooks.service.ts';
import { claimIdempotencyKey, findIdempotencyKey } from './idempotency.store.ts';
import { eraseWork } from './job-chunks.store.ts';
import { firstPartEndOf, firstTaskOf, prepareTask, recogniseTask, transcribeTask } from './job-tasks.ts';
import {
  countUploads,
  deleteUpload,
  insertJob,
  listAbandonedUploads,
  lockJob,
  raiseProgress,
  startAttempt,
  sumWaitingMs,
  updateJobIf,
  wasErased,
} from './jobs.store.ts';
import { dueOf, dueOfPart, priorityOf } from './queue-order.ts';

/** How a recording is to be transcribed, as the client asked. */
export interface TranscriptionOptions {
  readonly language: string;
  readonly prompt: string | null;
  readonly numSpeakers: number | null;
  readonly minSpeakers: number | null;
  readonly maxSpeakers: number | null;
}

/** A file that lies in storage, and what was found out about it on the way. */
export interface ReceivedFile {
  readonly sha256: string;
  readonly sizeBytes: number;
  readonly durationMs: number;
}

const DAY_MS = 24 * 60 * 60 * 1000;

export type JobLifecycle = ReturnType<typeof createJobLifecycle>;

/**
 * The steps of a job from upload to end: uploading → pending → processing → completed or failed. Every step is one
 * transaction that changes the job, its credit and its task together, and is guarded by the status, so that a step
 * that is tried again, or by two at once, happens once. What has ended never changes.
 */
export function createJobLifecycle(parts: {
  database: Database;
  clock: Clock;
  credits: Credits;
  transcripts: Transcripts;
  queue: Pick<TaskQueue, 'send' | 'withdraw'>;
  webhooks: Pick<Webhooks, 'announceEnd'>;
}) {
  const { database, clock, credits, transcripts, queue, webhooks } = parts;
  const keysExpireBefore = () => new Date(clock.now().getTime() - DAY_MS);

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

  /** Gives the job its place in the queue. Its account must be locked, so that of two each counts the other or is counted. */
  async function queueWork(
    trx: Database,
    { id: jobId, account_id: accountId }: JobRow,
    durationMs: number,
  ): Promise<void> {
    const aheadMs = await sumWaitingMs(trx, { accountId, upToMs: durationMs, except: jobId });
    const dueAt = dueOf({ submittedAt: clock.now(), aheadMs, durationMs });
    await updateJobIf(trx, { id: jobId, status: ['pending'] }, { due_at: dueAt });
    const priority = priorityOf(dueOfPart({ dueAt, durationMs }, firstPartEndOf(durationMs)));
    await queue.send(trx, firstTaskOf(durationMs), { jobId }, { priority, id: jobId });
  }

  return {
    fail,
    failIn,
    advance,

    /** Makes the job of a file that is about to be received. */
    async open(upload: {
      accountId: string;
      keyId: string | null;
      filename: string;
      language: string;
    }): Promise<JobRow> {
      const id = newId();
      const now = clock.now();
      return await insertJob(database, {
        id,
        account_id: upload.accountId,
        api_key_id: upload.keyId,
        status: 'uploading',
        original_filename: upload.filename,
        language: upload.language,
        storage_key: storageKeyOf(id),
        created_at: now,
        upload_alive_at: now,
      });
    },

    /** Says that the bytes of an upload still arrive here. */
    async keepOpen(jobId: string): Promise<void> {
      await updateJobIf(database, { id: jobId, status: ['uploading'] }, { upload_alive_at: clock.now() });
    },

    /**
     * Whether the job is still only a file that was to be received, so that its object may be removed. Waits for a
     * submission whose answer was lost but which may yet be committed.
     */
    async mayBeDiscarded(jobId: string): Promise<boolean> {
      const job = await database.transaction().execute((trx) => lockJob(trx, jobId));
      return job !== undefined && (job.status === 'uploading' || job.erased_at !== null);
    },

    /** Undoes `open` for a file that was refused. False when the job has gone past that; the file is its own then. */
    discard: async (jobId: string): Promise<boolean> =>
      (await deleteUpload(database, jobId)) || (await wasErased(database, jobId)),

    /** Uploads that stopped with the server that received them. */
    listAbandoned: async (silentForMs: number): Promise<JobRow[]> =>
      await listAbandonedUploads(database, new Date(clock.now().getTime() - silentForMs)),

    /** How many of an account's uploads have been going on for so long. */
    countUploads: async (accountId: string, longerThanMs: number): Promise<number> =>
      await countUploads(database, { accountId, before: new Date(clock.now().getTime() - longerThanMs) }),

    /** The job that this key submitted within the last 24 hours, if any. */
    async submittedWith(accountId: string, key: string): Promise<string | null> {
      const wanted = { accountId, key, expiredBefore: keysExpireBefore() };
      return (await findIdempotencyKey(database, wanted))?.jobId ?? null;
    },

    /**
     * Holds the price and queues the work, both or neither. With an Idempotency-Key that another submission has
     * taken nothing happens, and the answer is that submission's job.
     * @returns the id of the job that stands for this submission
     * @throws ApiError 402 when the price is above the balance, 400 when the key stands for something else or the job
     *   has been deleted
     */
    async submit(
      job: JobRow,
      file: ReceivedFile,
      how: { options: TranscriptionOptions; idempotencyKey: string | null; also?: Also },
    ): Promise<string> {
      const { id: jobId, account_id: accountId } = job;
      return await database.transaction().execute(async (trx) => {
        if (how.idempotencyKey !== null) {
          const fingerprint = fingerprintOf(file, how.options);
          const submission = { accountId, key: how.idempotencyKey, fingerprint, jobId, at: clock.now() };
          const first = await claimIdempotencyKey(trx, submission, keysExpireBefore());
          if (first && first.fingerprint !== fingerprint) throw refusal('idempotency.reused');
          if (first) return first.jobId;
        }
        const priceMicroAud = credits.priceOf(file.durationMs);
        await markSubmitted(trx, jobId, { file, options: how.options, priceMicroAud });
        await credits.hold(trx, { accountId, jobId, priceMicroAud });
        await queueWork(trx, job, file.durationMs);
        await how.also?.(trx);
        return jobId;
      });
    },

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

const storageKeyOf = (jobId: string): string => `recordings/${jobId}`;

async function markSubmitted(
  db: Database,
  jobId: string,
  about: { file: ReceivedFile; options: TranscriptionOptions; priceMicroAud: number },
): Promise<void> {
  const { file, options, priceMicroAud } = about;
  const submitted = await updateJobIf(
    db,
    { id: jobId, status: ['uploading'] },
    {
      status: 'pending',
      language: options.language,
      prompt: options.prompt,
      num_speakers: options.numSpeakers,
      min_speakers: options.minSpeakers,
      max_speakers: options.maxSpeakers,
      size_bytes: file.sizeBytes,
      sha256: file.sha256,
      probed_duration_ms: file.durationMs,
      held_micro_aud: priceMicroAud,
    },
  );
  if (submitted) return;
  if (await wasErased(db, jobId)) throw refusal('upload.job_deleted');
  throw new Error(`Job ${jobId} is no longer being uploaded.`);
}

/** Equal exactly when the file and every field that matters are. */
function fingerprintOf(file: ReceivedFile, options: TranscriptionOptions): string {
  const { language, prompt, numSpeakers, minSpeakers, maxSpeakers } = options;
  const fields = JSON.stringify([file.sha256, language, prompt, numSpeakers, minSpeakers, maxSpeakers]);
  return createHash('sha256').update(fields).digest('hex');
}
