import type { Foundations, Services, SpeechServices } from './compose.ts';
import { transcribeTask } from './features/jobs/transcribe-task.ts';

const SWEEP_EVERY_MS = 30_000;
/** Long after any upload has ended, so that nothing is taken from under a living one. */
const UNFINISHED_OBJECT_MS = 24 * 60 * 60 * 1000;

/**
 * Works on queued recordings until stopped, and clears up now and then what killed processes have left.
 *
 * @returns a function that takes no more work and puts back what is under way
 */
export function startWorker(
  { queue, storage, log }: Foundations,
  { rateLimits }: Services,
  { uploads, transcribeHandler }: SpeechServices,
): () => Promise<void> {
  queue.consume(transcribeTask, transcribeHandler);

  async function sweep() {
    await uploads.sweep();
    await rateLimits.sweep();
    await storage.sweepUnfinished(UNFINISHED_OBJECT_MS);
  }
  const sweepOrLog = () => sweep().catch((err: unknown) => log.error({ err }, 'clearing up failed'));
  let sweeping = sweepOrLog();
  const timer = setInterval(() => {
    sweeping = sweepOrLog();
  }, SWEEP_EVERY_MS);

  return async () => {
    clearInterval(timer);
    await sweeping;
    await queue.stop();
  };
}
