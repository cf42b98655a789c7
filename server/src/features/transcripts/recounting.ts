import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { SpeakerEvidence, SpeakerHint, SpeakerTurn } from '@icana/engine';

/** Who speaks when, by what was kept of a recording. */
export type Recount = (evidence: SpeakerEvidence, hint: SpeakerHint) => Promise<SpeakerTurn[]>;

/**
 * The engine's `recountSpeakers` in a thread of its own: an hour of speech takes it some 300 ms, in which this thread
 * would answer nobody. One recount at a time: however many ask, they take one core. The thread is there from the first
 * of them on, and keeps no process from ending.
 */
export function createRecounting(): Recount {
  let thread: Worker | undefined;
  let last: Promise<unknown> = Promise.resolve();

  function start(): Worker {
    const started = new Worker(new URL('./recounting-thread.ts', import.meta.url));
    started.unref();
    started.once('exit', () => {
      thread = undefined;
    });
    return started;
  }

  async function ask(...asked: Parameters<Recount>): Promise<SpeakerTurn[]> {
    thread ??= start();
    thread.postMessage(asked);
    const [turns] = (await once(thread, 'message')) as [SpeakerTurn[]];
    return turns;
  }

  return async (...asked) => {
    const turns = last.then(() => ask(...asked));
    last = turns.catch(() => undefined);
    return await turns;
  };
}
