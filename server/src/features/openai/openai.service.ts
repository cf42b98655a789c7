import type { OpenAiAnswer } from '@icana/contract';
import type { Logger } from 'pino';

import { persistently } from '../../infra/database/persistently.ts';
import { ApiError, refusal } from '../../infra/http/api-error.ts';
import type { JobLifecycle } from '../jobs/job-lifecycle.ts';
import type { JobWaiting } from '../jobs/waiting/job-waiting.ts';
import type { Jobs } from '../jobs/jobs.service.ts';
import type { Transcripts } from '../transcripts/transcripts.service.ts';
import type { Asked } from './openai-fields.ts';
import { CONTENT_TYPES, isJson, partsNeeded, toJson } from './openai.rules.ts';

const GONE = 'The client went away before the transcription was finished. Nothing was charged.';

/** A transcription as it is sent: an object for the formats that are JSON, text for the others. */
export interface OpenAiTranscription {
  readonly contentType: string;
  readonly content: OpenAiAnswer | string;
}

interface Wanted {
  readonly accountId: string;
  /** The job that was submitted. */
  readonly id: string;
  readonly asked: Asked;
  /** Whether the client can get the job by sending the same again: it has an Idempotency-Key. */
  readonly canComeBack: boolean;
  readonly elapsedMs: number;
  /** Aborts when the client has gone. */
  readonly gone: AbortSignal;
  /** Aborts when the server is about to close. */
  readonly closing: AbortSignal;
}

export type OpenAiTranscriptions = ReturnType<typeof createOpenAiTranscriptions>;

/**
 * Transcriptions whose client waits for them. One that goes away cannot get the result, and OpenAI's clients send the
 * recording again by themselves, as another job: so the job that nobody waits for any more is ended without a charge,
 * but for one with an Idempotency-Key, which the next request gets. Jobs whose server is killed go on: docs/api.md says so.
 *
 * @param parts.longestMs how long after its beginning a request is answered at the latest
 */
export function createOpenAiTranscriptions(parts: {
  jobs: Pick<Jobs, 'get'>;
  jobWaiting: Pick<JobWaiting, 'whenEnded'>;
  transcripts: Pick<Transcripts, 'write'>;
  lifecycle: Pick<JobLifecycle, 'fail'>;
  longestMs: number;
  log: Logger;
}) {
  const { jobs, jobWaiting, transcripts, lifecycle, longestMs, log } = parts;

  /** Ends the job of a client that cannot get it; false when it had ended. */
  const giveUp = async (id: string, why: string): Promise<boolean> =>
    await persistently(() => lifecycle.fail(id, why));

  /** Whether the job has ended while somebody was there to hear of it. */
  async function hasEnded(wanted: Wanted): Promise<boolean> {
    const { accountId, id, gone, closing, elapsedMs } = wanted;
    const signal = AbortSignal.any([gone, closing]);
    const timeoutMs = Math.max(0, longestMs - elapsedMs);
    try {
      return await jobWaiting.whenEnded({ accountId, id, signal, timeoutMs });
    } catch (error) {
      if (!(error instanceof ApiError) || wanted.canComeBack) throw error;
      // Too many wait already. Told to come again later, the client sends the recording again: not when it is done.
      if (await giveUp(id, error.message)) throw error;
      return true;
    }
  }

  async function answer({ accountId, id, asked }: Wanted): Promise<OpenAiTranscription> {
    const { format } = asked;
    const job = await jobs.get({ accountId, id, expand: partsNeeded(asked) });
    if (job.status === 'failed') throw refusal('openai.failed', { problem: job.error_message ?? '' });
    const { transcription, diarization, segments, words } = job;
    // Deleted since we looked.
    if (transcription === null || diarization === null) throw refusal('jobs.not_found');
    const contentType = CONTENT_TYPES[format];
    if (isJson(format)) return { contentType, content: toJson({ ...job, transcription }, format) };
    if (format === 'text') return { contentType, content: `${transcription}\n` };
    const whole = { diarization, segments: segments ?? [], words: words ?? [] };
    return { contentType, content: transcripts.write(whole, format) };
  }

  async function waitAndAnswer(wanted: Wanted): Promise<OpenAiTranscription> {
    const { id, gone, canComeBack } = wanted;
    if (await hasEnded(wanted)) return await answer(wanted);
    if (gone.aborted && !canComeBack) await giveUp(id, GONE);
    throw refusal('openai.still_running', { id });
  }

  return {
    /**
     * The transcription of a submitted recording, as soon as it is completed.
     * @throws ApiError 400 when the job failed, takes too long or cannot be looked at, 404 when it was deleted, 429 when
     *   too many wait; never a 500, after which the client would send the recording again, as a second job that costs
     */
    async transcription(wanted: Wanted): Promise<OpenAiTranscription> {
      const { id } = wanted;
      return await waitAndAnswer(wanted).catch((error: unknown) => {
        if (error instanceof ApiError) throw error;
        log.error(
          { err: error, jobId: id },
          'a client was told to look for its job: it cannot be waited for',
        );
        throw refusal('openai.still_running', { id });
      });
    },
  };
}
