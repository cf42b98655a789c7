import type { Readable } from 'node:stream';
import type { Engine } from '@icana/engine';
import type { Logger } from 'pino';

import type { JobRow } from '../../infra/database/schema.ts';
import { ApiError, internalError, refusal } from '../../infra/http/api-error.ts';
import type { Caller } from '../../infra/http/request-context.ts';
import type { ObjectStorage, StoredObject } from '../../infra/storage/object-storage.ts';
import type { Credits } from '../credits/credits.service.ts';
import type { JobLifecycle } from '../jobs/job-lifecycle.ts';
import type { JobSubmissions, TranscriptionOptions } from '../jobs/job-submissions.ts';
import type { JobWatch } from '../jobs/waiting/job-watch.ts';
import { createFormFields, type Field, type FormFields } from './form-fields.ts';
import { probeDuration } from './probe-duration.ts';
import { receiveFile } from './receive-file.ts';
import type { UploadPace } from './upload-pace.ts';
import { megabytes, recordingName, type Languages } from './uploads.rules.ts';

const LONG_UPLOAD_MS = 60_000;
/** Three missed signs of life: the server that received the upload is gone. */
const ABANDONED_AFTER_MS = 45_000;

const ABANDONED = 'The upload was cut off because the server that received it stopped. Send it again.';

/** Room for the fields and boundaries around a file of the largest size. */
const FORM_ALLOWANCE_BYTES = 2 * 1024 * 1024;

export interface UploadLimits {
  readonly maxBytes: number;
  /** How many uploads an account may have going on for longer than a minute: each holds a connection and disk. */
  readonly mostLongUploads: number;
  readonly slowestPace: UploadPace;
}

interface Parts {
  readonly submissions: JobSubmissions;
  readonly lifecycle: Pick<JobLifecycle, 'fail'>;
  readonly watch: Pick<JobWatch, 'watch'>;
  readonly credits: Credits;
  readonly storage: Pick<ObjectStorage, 'put' | 'lend' | 'delete'>;
  readonly engine: Pick<Engine, 'probe'>;
  readonly models: Languages;
  readonly log: Logger;
  readonly limits: UploadLimits;
}

export type Uploads = ReturnType<typeof createUploads>;
export type Submission = ReturnType<Uploads['begin']>;

/** Recordings on their way in: from the first byte to a queued job, or to nothing at all. */
export function createUploads(parts: Parts) {
  const { submissions, lifecycle, credits, storage, models, log, limits } = parts;
  return {
    /**
     * What can be refused before the body is read: 429 when too many uploads go on already, 402 when the balance is
     * below the minimum. A repeated submission passes, because it will be answered with the first one's job and cost
     * nothing. Only long uploads count: short ones, however many at once, are held back by the rate limit.
     */
    async admit(caller: Caller, key: string | null): Promise<void> {
      const longUploads = await submissions.countUploads(caller.accountId, LONG_UPLOAD_MS);
      if (longUploads >= limits.mostLongUploads) {
        throw refusal('limits.uploads', { most: String(limits.mostLongUploads) });
      }
      if (key !== null && (await submissions.submittedWith(caller.accountId, key)) !== null) return;
      await credits.requireMinimum(caller.accountId);
    },

    slowestPace: limits.slowestPace,

    begin: (caller: Caller, announcedBytes: number | null) =>
      createSubmission(parts, { caller, announcedBytes, fields: createFormFields(models) }),

    /**
     * Fails uploads whose server died and removes what they left in storage. Run it now and then, on any server.
     *
     * @param nobodyReceives whether it is certain that no server is receiving any upload: then none is waited for
     */
    async sweep({ nobodyReceives = false } = {}): Promise<void> {
      for (const job of await submissions.listAbandoned(nobodyReceives ? 0 : ABANDONED_AFTER_MS)) {
        if (!(await lifecycle.fail(job.id, ABANDONED))) continue;
        await storage.delete(job.storage_key);
        log.warn({ jobId: job.id }, 'an abandoned upload was ended');
      }
    },
  };
}

interface Request {
  readonly caller: Caller;
  readonly announcedBytes: number | null;
  readonly fields: FormFields;
}

/** One request's way: fields and file in any order, then `submit`; `abandon` whenever something is thrown. */
function createSubmission(parts: Parts, request: Request) {
  const { submissions, lifecycle, watch, storage, engine, log, limits } = parts;
  const { caller, announcedBytes, fields } = request;
  let job: JobRow | null = null;
  let received: StoredObject | null = null;
  let letGo: (() => void) | undefined;

  return {
    field: (field: Field): void => fields.add(field),

    /** Stores the file as it arrives, as a job that is `uploading`. */
    async file(part: { filename: string | undefined; bytes: Readable }): Promise<void> {
      if (job) throw refusal('upload.file_repeated');
      const filename = recordingName(part.filename);
      if ((announcedBytes ?? 0) > limits.maxBytes + FORM_ALLOWANCE_BYTES) {
        throw refusal('upload.too_large', { limit: megabytes(limits.maxBytes) });
      }
      job = await submissions.open({ ...caller, filename, language: fields.language() });
      const { id } = job;
      letGo = submissions.keepOpen(id);
      const leave = watch.watch(id, (current) => {
        if (!current) part.bytes.destroy(refusal('upload.job_deleted'));
      });
      const file = { key: job.storage_key, bytes: part.bytes, maxBytes: limits.maxBytes };
      received = await receiveFile(storage, file).finally(leave);
    },

    /** Checks what has arrived, holds the price and queues the work. Answers with the job's id. */
    async submit(key: string | null): Promise<string> {
      const options = fields.options();
      if (!job || !received) throw refusal('upload.file_missing');
      if (received.sizeBytes === 0) throw refusal('upload.not_audio', { problem: 'The file is empty.' });
      const jobId = await submitReceived(job, received, { options, idempotencyKey: key }).catch(
        (error: unknown) => {
          throw error instanceof ApiError ? error : internalError('upload.submission_failed', error);
        },
      );
      letGo?.();
      if (jobId !== job.id) await undo(job);
      return jobId;
    },

    /**
     * Leaves nothing of a submission that came to nothing: neither job nor object, or, where the sender did not finish,
     * a failed job that says why.
     */
    async abandon(whyUnfinished: string | null): Promise<void> {
      letGo?.();
      if (!job) return;
      try {
        if (whyUnfinished === null) await undo(job);
        else await leaveFailed(job, whyUnfinished);
      } catch (error) {
        // The sweep will find it.
        log.error({ err: error, jobId: job.id }, 'an upload could not be undone');
      }
    },
  };

  async function submitReceived(
    opened: JobRow,
    file: StoredObject,
    how: { options: TranscriptionOptions; idempotencyKey: string | null },
  ): Promise<string> {
    const durationMs = await storage.lend(opened.storage_key, (path) => probeDuration(engine, path));
    return await submissions.submit(opened, { ...file, durationMs }, how);
  }

  async function undo(opened: JobRow): Promise<void> {
    await submissions.discard(opened, { isStored: received !== null });
  }

  async function leaveFailed(opened: JobRow, why: string): Promise<void> {
    if (await lifecycle.fail(opened.id, why)) await storage.delete(opened.storage_key);
  }
}
