import { createReadStream } from 'node:fs';
import { rm, stat } from 'node:fs/promises';
import path from 'node:path';
import type { Engine } from '@icana/engine';
import { AUDIO_EXTENSIONS, DEFAULT_LANGUAGE, MAX_SPEAKERS } from '@icana/contract';
import type { Offer, OfferOrJob, OpenUpload, SubmitUpload, UploadTerms } from '@icana/contract/app';

import type { Database, ResumableUploadRow } from '../../../infra/database/schema.ts';
import { ApiError, refusal } from '../../../infra/http/api-error.ts';
import { wireTime, type Clock } from '../../../lib/clock.ts';
import { isUuid } from '../../../lib/ids.ts';
import type { Credits } from '../../credits/credits.service.ts';
import type { JobSubmissions } from '../../jobs/job-submissions.ts';
import { probeDuration } from '../probe-duration.ts';
import { megabytes, recordingName, type Languages } from '../uploads.rules.ts';
import type { Uploads } from '../uploads.service.ts';
import {
  deleteUpload,
  findUpload,
  insertUploadWithin,
  listUnwantedUploads,
  listUploads,
  noteDuration,
  type Room,
} from './resumable-uploads.store.ts';
import type { AnnouncedFile } from './tus-carrier.ts';

const KEPT_FOR_MS = 24 * 60 * 60 * 1000;

export interface WantedUpload {
  readonly accountId: string;
  readonly id: string;
}

/** An upload as it lies here; whether more of it is coming only its carrier knows. */
type KeptUpload = Omit<OpenUpload, 'isReceiving'>;

export type ResumableUploads = ReturnType<typeof createResumableUploads>;

/**
 * Recordings that come in pieces, over lines that break and days that end: kept for 24 hours beside the storage until
 * their owner makes jobs of them, and then received like any other.
 */
export function createResumableUploads(parts: {
  database: Database;
  clock: Clock;
  credits: Pick<Credits, 'pricing' | 'priceOf' | 'balance' | 'requireMinimum'>;
  submissions: Pick<JobSubmissions, 'submittedWith'>;
  uploads: Pick<Uploads, 'admit' | 'begin'>;
  engine: Pick<Engine, 'probe'>;
  models: Pick<Languages, 'languages'>;
  folder: string;
  limits: Room & { readonly maxBytes: number };
}) {
  const { database, clock, credits, submissions, uploads, engine, models, folder, limits } = parts;
  /** Only ids that we made come here. */
  const fileOf = ({ id }: ResumableUploadRow): string => path.join(folder, id);

  async function requireOwned({ accountId, id }: WantedUpload): Promise<ResumableUploadRow> {
    const upload = isUuid(id) ? await findUpload(database, id) : undefined;
    if (upload?.account_id !== accountId) throw refusal('upload.not_found');
    return upload;
  }

  /** How much of an upload is there. */
  async function arrivedOf(upload: ResumableUploadRow): Promise<number> {
    const { size } = await stat(fileOf(upload)).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') throw error;
      return { size: 0 };
    });
    return size;
  }

  async function requireWhole(upload: ResumableUploadRow): Promise<void> {
    if ((await arrivedOf(upload)) !== upload.size_bytes) throw refusal('upload.unfinished');
  }

  async function remove(upload: ResumableUploadRow): Promise<void> {
    await rm(fileOf(upload), { force: true });
    await deleteUpload(database, upload.id);
  }

  async function durationOf(upload: ResumableUploadRow): Promise<number> {
    if (upload.probed_duration_ms !== null) return upload.probed_duration_ms;
    await requireWhole(upload);
    const durationMs = await probeDuration(engine, fileOf(upload));
    await noteDuration(database, upload.id, durationMs);
    return durationMs;
  }

  async function describe(upload: ResumableUploadRow): Promise<KeptUpload> {
    return {
      id: upload.id,
      filename: upload.filename,
      sizeBytes: upload.size_bytes,
      receivedBytes: await arrivedOf(upload),
      lastModifiedMs: upload.last_modified_ms,
      expiresAt: wireTime(new Date(upload.created_at.getTime() + KEPT_FOR_MS)),
    };
  }

  /** The job that was made of an upload, if any: the upload itself is gone then. */
  async function jobOf({ accountId, id }: WantedUpload): Promise<string | null> {
    return isUuid(id) ? await submissions.submittedWith(accountId, keyOf(id)) : null;
  }

  async function offerFor(wanted: WantedUpload): Promise<Offer> {
    const durationMs = await durationOf(await requireOwned(wanted));
    const { available } = await credits.balance(wanted.accountId);
    return {
      durationSeconds: durationMs / 1000,
      priceMicroAud: credits.priceOf(durationMs),
      availableMicroAud: available,
    };
  }

  /** The way of every recording: what comes over it is checked and paid for like what comes in one piece. */
  async function receive(upload: ResumableUploadRow, submitted: SubmitUpload): Promise<string> {
    const key = keyOf(upload.id);
    const caller = { accountId: upload.account_id, keyId: null };
    await uploads.admit(caller, key);
    await requireWhole(upload);
    const submission = uploads.begin(caller, upload.size_bytes);
    try {
      for (const field of formFieldsOf(submitted)) submission.field(field);
      await submission.file({ filename: upload.filename, bytes: createReadStream(fileOf(upload)) });
      return await submission.submit(key);
    } catch (error) {
      await submission.abandon(null);
      throw error;
    }
  }

  return {
    terms: (): UploadTerms => ({
      languages: models.languages(),
      defaultLanguage: DEFAULT_LANGUAGE,
      extensions: [...AUDIO_EXTENSIONS],
      maxBytes: limits.maxBytes,
      maxSpeakers: MAX_SPEAKERS,
      microAudPerMinute: credits.pricing.microAudPerMinute,
      minimumMicroAud: credits.pricing.minimumMicroAud,
    }),

    /**
     * Notes an upload that is about to begin.
     * @throws ApiError 402 when the balance is below the minimum, 400 when name or size are not taken, 429 when the
     *   account has too many open already
     */
    async admit(accountId: string, file: AnnouncedFile): Promise<void> {
      await credits.requireMinimum(accountId);
      const filename = recordingName(file.filename);
      const { id, sizeBytes } = file;
      if (sizeBytes === undefined) {
        throw refusal('request.malformed', { problem: 'it does not say how large the file is.' });
      }
      if (sizeBytes === 0) throw refusal('upload.not_audio', { problem: 'The file is empty.' });
      if (sizeBytes > limits.maxBytes) {
        throw refusal('upload.too_large', { limit: megabytes(limits.maxBytes) });
      }
      const lastModifiedMs = /^\d{1,15}$/.test(file.lastModified ?? '') ? Number(file.lastModified) : null;
      const upload = { id, accountId, filename, sizeBytes, lastModifiedMs, at: clock.now() };
      if (!(await insertUploadWithin(database, upload, limits))) throw refusal('limits.open_uploads');
    },

    /** @throws ApiError 404 when there is no such upload of this account */
    find: async (wanted: WantedUpload): Promise<{ id: string }> => await requireOwned(wanted),

    /** How large an upload of anybody is to become; undefined when there is none. */
    announcedSize: async (id: string): Promise<number | undefined> =>
      (await findUpload(database, id))?.size_bytes,

    list: async (accountId: string): Promise<KeptUpload[]> =>
      await Promise.all((await listUploads(database, accountId)).map(describe)),

    /**
     * What the transcript of a finished upload will cost, or the job that was made of it: whoever missed the answer, or
     * has it open in two windows, would otherwise send the recording once more and pay for it twice.
     * @throws ApiError 404 when there is no such upload of this account, 400 when it is not complete or no audio
     */
    async offer(wanted: WantedUpload): Promise<OfferOrJob> {
      return await offerFor(wanted).catch(async (error: unknown) => {
        const jobId = await jobOf(wanted);
        if (jobId === null) throw error;
        return { jobId };
      });
    },

    /**
     * Makes a job of a finished upload, one however often it is asked for.
     * @returns the id of the job
     * @throws ApiError as any submission, 404 when there is no such upload of this account, 400 when it is not complete
     */
    async submit(accountId: string, submitted: SubmitUpload): Promise<string> {
      const wanted = { accountId, id: submitted.uploadId };
      const earlier = await jobOf(wanted);
      if (earlier !== null) return earlier;
      const upload = await requireOwned(wanted);
      const jobId = await receive(upload, submitted).catch(async (error: unknown) => {
        // Asked for at the same time, and the other was faster and took the file away.
        const jobOfOther = await jobOf(wanted);
        if (jobOfOther !== null) return jobOfOther;
        // Nobody has a use for what holds no audio.
        if (error instanceof ApiError && error.code === 'upload.not_audio') await remove(upload);
        throw error;
      });
      await remove(upload);
      return jobId;
    },

    /** @throws ApiError 404 when there is no such upload of this account */
    async discard(wanted: WantedUpload): Promise<void> {
      await remove(await requireOwned(wanted));
    },

    /** Removes what nobody came back for, and what closed accounts left behind. Run it now and then, on any server. */
    async sweep(): Promise<void> {
      const begunBefore = new Date(clock.now().getTime() - KEPT_FOR_MS);
      for (const upload of await listUnwantedUploads(database, { begunBefore })) await remove(upload);
    },
  };
}

/** What makes one job of an upload, however often it is asked for. */
const keyOf = (uploadId: string): string => `upload:${uploadId}`;

/** What is asked for, as the form of the API has it. */
function formFieldsOf(submitted: SubmitUpload) {
  const fields = {
    language: submitted.language,
    prompt: submitted.prompt,
    num_speakers: submitted.numSpeakers,
    min_speakers: submitted.minSpeakers,
    max_speakers: submitted.maxSpeakers,
  };
  return Object.entries(fields).flatMap(([name, value]) =>
    value === undefined ? [] : [{ name, value: String(value), truncated: false }],
  );
}
