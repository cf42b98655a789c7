import type { Foundations } from './compose/foundations.ts';
import type { Services } from './compose/services.ts';
import type { SpeechServices } from './compose/speech.ts';
import { prepareTask, recogniseTask, transcribeTask } from './features/jobs/work/job-tasks.ts';
import { deliverTask } from './features/webhooks/deliver-task.ts';
import { mailTask } from './infra/mail/mail-task.ts';

const SWEEP_EVERY_MS = 10_000;
/** Long after any upload has ended, so that nothing is taken from under a living one. */
const UNFINISHED_OBJECT_MS = 24 * 60 * 60 * 1000;

/**
 * Works on queued recordings until stopped, and clears up now and then what killed processes have left.
 *
 * @returns a function that takes no more work and puts back what is under way
 */
export function startWorker(
  { queue, storage, log, alone }: Foundations,
  { rateLimits, chunks, deletions, deliverHandler, sendMailHandler, signIn, lowBalance }: Services,
  { uploads, resumableUploads, transcribeHandler, prepareHandler, recogniseHandler }: SpeechServices,
): () => Promise<void> {
  queue.consume(transcribeTask, transcribeHandler);
  queue.consume(prepareTask, prepareHandler);
  queue.consume(recogniseTask, recogniseHandler);
  queue.consume(deliverTask, deliverHandler);
  queue.consume(mailTask, sendMailHandler);

  async function sweep({ nobodyReceives }: { nobodyReceives: boolean }) {
    await uploads.sweep({ nobodyReceives });
    await resumableUploads.sweep();
    await deletions.sweep();
    await chunks.sweep();
    await rateLimits.sweep();
    await signIn.sweep();
    await lowBalance.sweep();
    await storage.sweepUnfinished(UNFINISHED_OBJECT_MS);
  }
  const sweepOrLog = (about: Parameters<typeof sweep>[0]) =>
    sweep(about).catch((err: unknown) => log.error({ err }, 'clearing up failed'));
  // Nothing is received yet here, and elsewhere only where there is an elsewhere.
  let sweeping = sweepOrLog({ nobodyReceives: alone });
  const timer = setInterval(() => {
    sweeping = sweepOrLog({ nobodyReceives: false });
  }, SWEEP_EVERY_MS);

  return async () => {
    clearInterval(timer);
    await sweeping;
    await queue.stop();
  };
}
