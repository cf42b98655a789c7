import { isTerminal } from '@icana/contract';
import { UnusableAudioError, type Engine } from '@icana/engine';
import type { Logger } from 'pino';

import { persistently } from '../../infra/database/persistently.ts';
import type { JobRow } from '../../infra/database/schema.ts';
import type { TaskHandler } from '../../infra/queue/task.ts';
import { ObjectMissing, type ObjectStorage } from '../../infra/storage/object-storage.ts';
import type { Clock } from '../../lib/clock.ts';
import type { JobLifecycle } from './job-lifecycle.ts';
import type { JobWatch } from './job-watch.ts';

const PROGRESS_EVERY_MS = 1000;

const GIVEN_UP =
  'The recording could not be transcribed: every attempt at it broke off. Nothing was charged.';

/** The reason of a failure that no further try can avert, or null. */
function lastingReason(error: unknown): string | null {
  if (error instanceof UnusableAudioError) return error.message;
  return error instanceof ObjectMissing ? 'The recording is no longer stored.' : null;
}

/** The job ended while it was worked on: its owner deleted it. */
class JobEnded extends Error {
  override readonly name = 'JobEnded';
}

/**
 * Works on queued recordings: fetch, transcribe, complete. A recording that is itself at fault fails its job at once;
 * everything else is thrown, so that the queue tries again, and only the last try's end fails the job.
 *
 * A job that is deleted is stopped by watching the job itself, within milliseconds and wherever it runs. Its task is
 * withdrawn too, so the renewal of the lease would notice, but only every third second, and a lost lease says that
 * somebody else goes on with the work.
 */
export function createTranscribeHandler(parts: {
  lifecycle: JobLifecycle;
  engine: Pick<Engine, 'transcribe'>;
  watch: Pick<JobWatch, 'watch'>;
  storage: Pick<ObjectStorage, 'lend'>;
  clock: Clock;
  log: Logger;
  concurrency: number;
}): TaskHandler<{ jobId: string }> {
  const { lifecycle, engine, watch, storage, clock, log, concurrency } = parts;

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
    // Hours of work are not thrown away because the database restarts in the moment they are done.
    if (await persistently(() => lifecycle.complete(job.id, transcript)))
      log.info({ jobId: job.id }, 'completed');
  }

  /** Does the work with a signal that also aborts, with {@link JobEnded}, as soon as the job has ended otherwise. */
  async function unlessEnded(
    jobId: string,
    signal: AbortSignal,
    work: (signal: AbortSignal) => Promise<void>,
  ): Promise<void> {
    const ended = new AbortController();
    const leave = watch.watch(jobId, (job) => {
      if (!job || isTerminal(job.status)) ended.abort(new JobEnded(`job ${jobId} has ended`));
    });
    try {
      await work(AbortSignal.any([signal, ended.signal]));
    } catch (error) {
      throw ended.signal.aborted ? ended.signal.reason : error;
    } finally {
      leave();
    }
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
        await unlessEnded(jobId, signal, (either) => transcribe(job, either));
      } catch (error) {
        if (error instanceof JobEnded) {
          log.info({ jobId }, 'stopped: the job was deleted');
          return;
        }
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
