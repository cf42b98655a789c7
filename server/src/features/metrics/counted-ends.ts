import type { JobLifecycle } from '../jobs/job-lifecycle.ts';
import type { Metrics } from './metrics.service.ts';

/** The lifecycle, with what it ends counted once that is certain. */
export function countingEnds(
  lifecycle: JobLifecycle,
  metrics: Pick<Metrics, 'jobCompleted' | 'jobFailed'>,
): JobLifecycle {
  return {
    ...lifecycle,
    async complete(jobId, transcript) {
      const ended = await lifecycle.complete(jobId, transcript);
      if (ended) metrics.jobCompleted(transcript.durationSeconds);
      return ended;
    },
    async advance(jobId, keep) {
      let durationSeconds = 0;
      const ended = await lifecycle.advance(jobId, async (trx) => {
        const transcript = await keep(trx);
        durationSeconds = transcript?.durationSeconds ?? 0;
        return transcript;
      });
      if (ended) metrics.jobCompleted(durationSeconds);
      return ended;
    },
    async fail(jobId, errorMessage, also) {
      const ended = await lifecycle.fail(jobId, errorMessage, also);
      if (ended) metrics.jobFailed();
      return ended;
    },
  };
}
