import { isTerminal } from '@icana/contract';
import { UnusableAudioError } from '@icana/engine';
import type { Logger } from 'pino';

import { ObjectMissing } from '../../../infra/storage/object-storage.ts';
import type { Clock } from '../../../lib/clock.ts';
import type { JobLifecycle } from '../job-lifecycle.ts';
import type { JobWatch } from '../waiting/job-watch.ts';

const PROGRESS_EVERY_MS = 1000;

const GIVEN_UP =
  'The recording could not be transcribed: every attempt at it broke off. Nothing was charged.';

/** The reason of a failure that no further try can avert, or null. */
function lastingReason(error: unknown): string | null {
  if (error instanceof UnusableAudioError) return error.message;
  return error instanceof ObjectMissing ? 'The recording is no longer stored.' : null;
}

/** The job ended while it was worked on: its owner deleted it, or another part of it failed for good. */
class JobEnded extends Error {
  override readonly name = 'JobEnded';
}

export type JobAttempts = ReturnType<typeof createJobAttempts>;

/**
 * What all attempts at work on a job have in common. A recording that is itself at fault fails its job at once;
 * everything else is thrown, so that the queue tries again, and only the last try's end fails the job.
 *
 * Work on a job that ends is stopped by watching the job itself, within milliseconds and wherever it runs. Its tasks
 * are withdrawn too, so the renewal of a lease would notice, but only every third second, and a lost lease says that
 * somebody else goes on with the work.
 */
export function createJobAttempts(parts: {
  lifecycle: Pick<JobLifecycle, 'fail'>;
  watch: Pick<JobWatch, 'watch'>;
  clock: Clock;
  log: Logger;
}) {
  const { lifecycle, watch, clock, log } = parts;

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

  return {
    /** Does one attempt's work on a job. */
    async attempt(
      { jobId, signal }: { jobId: string; signal: AbortSignal },
      work: (signal: AbortSignal) => Promise<void>,
    ): Promise<void> {
      try {
        await unlessEnded(jobId, signal, work);
      } catch (error) {
        if (error instanceof JobEnded) {
          log.info({ jobId }, 'stopped: the job has ended');
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

    /** Fails a job, one of whose tasks has had its last try. */
    async giveUp(jobId: string, reason: string): Promise<void> {
      if (await lifecycle.fail(jobId, GIVEN_UP))
        log.error({ jobId, reason }, 'failed: every attempt broke off');
    },

    /** Passes on a report a second at most. Progress is for looking at: a report that is lost is not missed. */
    throttled(report: (fraction: number) => Promise<void>): (fraction: number) => void {
      let lastAt = 0;
      return (fraction) => {
        const now = clock.now().getTime();
        if (now - lastAt < PROGRESS_EVERY_MS) return;
        lastAt = now;
        report(fraction).catch((error: unknown) => log.warn({ err: error }, 'progress was not noted'));
      };
    },
  };
}
