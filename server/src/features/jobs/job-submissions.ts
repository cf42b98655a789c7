import { createHash } from 'node:crypto';
import type { Logger } from 'pino';

import type { Also } from '../../infra/database/in-transaction.ts';
import { persistently } from '../../infra/database/persistently.ts';
import type { Database, JobRow } from '../../infra/database/schema.ts';
import { ApiError, refusal } from '../../infra/http/api-error.ts';
import type { TaskQueue } from '../../infra/queue/queue.ts';
import type { ObjectStorage } from '../../infra/storage/object-storage.ts';
import type { Clock } from '../../lib/clock.ts';
import { newId } from '../../lib/ids.ts';
import type { Credits } from '../credits/credits.service.ts';
import { claimIdempotencyKey, findIdempotencyKey } from './idempotency.store.ts';
import { firstPartEndOf, firstTaskOf } from './work/job-tasks.ts';
import {
  countUploads,
  deleteUpload,
  insertJob,
  keepUploadAlive,
  listAbandonedUploads,
  lockJob,
  sumWaitingMs,
  updateJobIf,
  wasErased,
} from './jobs.store.ts';
import { dueOf, dueOfPart, priorityOf } from './work/queue-order.ts';

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
const KEEP_OPEN_EVERY_MS = 15_000;

export type JobSubmissions = ReturnType<typeof createJobSubmissions>;

/**
 * The first steps of a job, up to its place in the queue: while its file is received it is `uploading`, and the
 * transaction that holds its price and queues its work makes it `pending`. What was refused leaves nothing behind.
 */
export function createJobSubmissions(parts: {
  database: Database;
  clock: Clock;
  credits: Pick<Credits, 'priceOf' | 'hold'>;
  queue: Pick<TaskQueue, 'send'>;
  storage: Pick<ObjectStorage, 'delete'>;
  log: Logger;
  keepOpenEveryMs?: number;
}) {
  const { database, clock, credits, queue, storage, log, keepOpenEveryMs = KEEP_OPEN_EVERY_MS } = parts;
  const ago = (ms: number): Date => new Date(clock.now().getTime() - ms);

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

  /** The job, once a submission of it whose answer was lost is committed or not. */
  const settled = async (jobId: string): Promise<JobRow | undefined> =>
    await database.transaction().execute((trx) => lockJob(trx, jobId));

  /** Whether nothing has come of the file: its job is still uploading, or was deleted. */
  async function cameToNothing(jobId: string): Promise<boolean> {
    const job = await settled(jobId);
    return job !== undefined && (job.status === 'uploading' || job.erased_at !== null);
  }

  /** Whether the price of the job was held, whatever became of it since. */
  async function wasSubmitted(jobId: string): Promise<boolean> {
    const job = await settled(jobId);
    return job !== undefined && job.held_micro_aud !== null;
  }

  return {
    /** Makes the job of a file that is about to be received. */
    async open(upload: {
      accountId: string;
      keyId: string | null;
      filename: string;
      language: string;
    }): Promise<JobRow> {
      const id = newId();
      return await insertJob(database, {
        id,
        account_id: upload.accountId,
        api_key_id: upload.keyId,
        status: 'uploading',
        original_filename: upload.filename,
        language: upload.language,
        storage_key: `recordings/${id}`,
        created_at: clock.now(),
      });
    },

    /**
     * Says now and then that the bytes of an upload still arrive here, so that nobody takes it for abandoned.
     * @returns a function that ends it; the caller must call it
     */
    keepOpen(jobId: string): () => void {
      const timer = setInterval(() => {
        keepUploadAlive(database, jobId).catch((error: unknown) =>
          log.warn({ err: error, jobId }, 'upload not kept open'),
        );
      }, keepOpenEveryMs).unref();
      return () => clearInterval(timer);
    },

    /**
     * Undoes `open` for a file that was refused or that another job stands for. Does nothing to a job that has gone
     * past that: the file is its own then.
     * @param isStored false where storage failed to take the file: it has none of it, and may fail to delete it, too
     */
    async discard(job: JobRow, { isStored = true }: { isStored?: boolean } = {}): Promise<void> {
      if (!(await cameToNothing(job.id))) return;
      // The object goes first: a job without one is ended by the sweep, an object without a job would stay for ever.
      if (isStored) await storage.delete(job.storage_key);
      await deleteUpload(database, job.id);
    },

    /** Uploads that stopped with the server that received them. */
    listAbandoned: async (silentForMs: number): Promise<JobRow[]> =>
      await listAbandonedUploads(database, silentForMs),

    /** How many of an account's uploads have been going on for so long. */
    countUploads: async (accountId: string, longerThanMs: number): Promise<number> =>
      await countUploads(database, { accountId, before: ago(longerThanMs) }),

    /** The job that this key submitted within the last 24 hours, if any. */
    async submittedWith(accountId: string, key: string): Promise<string | null> {
      const wanted = { accountId, key, expiredBefore: ago(DAY_MS) };
      return (await findIdempotencyKey(database, wanted))?.jobId ?? null;
    },

    /**
     * Holds the price and queues the work, both or neither. With an Idempotency-Key that another submission has
     * taken nothing happens, and the answer is that submission's job. What was committed while the connection to the
     * database broke is submitted: told otherwise, the sender would send it again and pay twice.
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
      const submission = database.transaction().execute(async (trx) => {
        if (how.idempotencyKey !== null) {
          const fingerprint = fingerprintOf(file, how.options);
          const keyed = { accountId, key: how.idempotencyKey, fingerprint, jobId, at: clock.now() };
          const first = await claimIdempotencyKey(trx, keyed, ago(DAY_MS));
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
      return await submission.catch(async (error: unknown) => {
        if (error instanceof ApiError || !(await persistently(() => wasSubmitted(jobId)))) throw error;
        return jobId;
      });
    },
  };
}

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
