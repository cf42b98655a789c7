import { UnusableAudioError, type Engine } from '@icana/engine';
import type { Logger } from 'pino';

import type { JobRow } from '../../infra/database/schema.ts';
import type { TaskHandler } from '../../infra/queue/task.ts';
import { ObjectMissing, type ObjectStorage } from '../../infra/storage/object-storage.ts';
import type { Clock } from '../../lib/clock.ts';
import type { JobLifecycle } from './job-lifecycle.ts';

const PROGRESS_EVERY_MS = 1000;

const GIVEN_UP =
  'The recording could not be transcribed: every attempt at it broke off. Nothing was charged.';

/** The reason of a failure that no further try can avert, or null. */
function lastingReason(error: unknown): string | null {
  if (error instanceof UnusableAudioError) return error.message;
  return error instanceof ObjectMissing ? 'The recording is no longer stored.' : null;
}

/**
 * Works on queued recordings: fetch, transcribe, complete. A recording that is itself at fault fails its job at once;
 * everything else is thrown, so that the queue tries again, and only the last try's end fails the job.
 */
export function createTranscribeHandler(parts: {
  lifecycle: JobLifecycle;
  engine: Pick<Engine, 'transcribe'>;
  storage: Pick<ObjectStorage, 'lend'>;
  clock: Clock;
  log: Logger;
  concurrency: number;
}): TaskHandler<{ jobId: string }> {
  const { lifecycle, engine, storage, clock, log, concurrency } = parts;

  async function transcribe(job: JobRow, signal: AbortSignal): Promise<void> {
    const hint = {
      numSpeakers: job.num_speakers ?? undefined,
      minSpeakers: job.min_speakers ?? undefined,
      maxSpeakers: job.max_speakers ?? undefined,
    };
    const onProgress = throttled((fraction) => lifecycle.reportProgress(job.id, fraction));
    const transcript = await storage.lend(job.storage_key, async (path) =>
      engine.transcribe({ path, hint }, { signal, onProgress }),
    );
    await lifecycle.complete(job.id, transcript);
  }

  /** Passes on a report a second at most. Progress is for looking at: a report that is lost is not missed. */
  function throttled(report: (fraction: number) => Promise<void>): (fraction: number) => void {
    let lastAt = 0;
    return (fraction) => {
      const now = clock.now().getTime();
      if (now - lastAt < PROGRESS_EVERY_MS) return;
      lastAt = now;
      report(fraction).catch((error: unknown) => log.warn({ err: error }, 'progress was not noted'));
    };
  }

  return {
    concurrency,

    async handle({ payload: { jobId }, signal }) {
      const job = await lifecycle.startProcessing(jobId);
      // A task is worked on once more when its worker died between the end of the job and the end of the task.
      if (!job) return;
      log.info({ jobId, attempt: job.attempts }, 'transcribing');
      try {
        await transcribe(job, signal);
        log.info({ jobId }, 'completed');
      } catch (error) {
        if (signal.aborted) log.info({ jobId }, 'put back');
        signal.throwIfAborted();
        const reason = lastingReason(error);
        log.warn({ jobId, err: error }, reason === null ? 'an attempt broke off' : 'failed');
        if (reason === null) throw error;
        await lifecycle.fail(jobId, reason);
      }
    },

    async onDead({ jobId }, reason) {
      if (await lifecycle.fail(jobId, GIVEN_UP))
        log.error({ jobId, reason }, 'failed: every attempt broke off');
    },
  };
}
