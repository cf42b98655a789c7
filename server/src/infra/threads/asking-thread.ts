import { once } from 'node:events';
import { Worker } from 'node:worker_threads';

/** Whoever asks may make the question as large as he likes: one that is too large fails, and the service goes on. */
const MOST_MEMORY_MB = 1024;

/** A function whose work is done elsewhere. */
type Asking<Asked extends readonly unknown[], Answer> = (...asked: Asked) => Promise<Answer>;

/**
 * A thread of its own for what takes so long that this one would answer nobody in the meantime. It answers one question
 * after another: however many ask, they take one core. It is there from the first of them on, and keeps no process from
 * ending.
 *
 * @param module what runs in it, and answers each message, which is a list of arguments, by one
 */
export function createAskingThread<Asked extends readonly unknown[], Answer>(
  module: URL,
): Asking<Asked, Answer> {
  let thread: Worker | undefined;
  let last: Promise<unknown> = Promise.resolve();

  function start(): Worker {
    const started = new Worker(module, { resourceLimits: { maxOldGenerationSizeMb: MOST_MEMORY_MB } });
    started.unref();
    started.once('exit', () => {
      if (thread === started) thread = undefined;
    });
    // Nobody asks any more; who did has heard of it.
    started.on('error', () => {
      if (thread === started) thread = undefined;
    });
    return started;
  }

  async function ask(...asked: Asked): Promise<Answer> {
    thread ??= start();
    thread.postMessage(asked);
    const [answer] = (await once(thread, 'message')) as [Answer];
    return answer;
  }

  return async (...asked) => {
    const answer = last.then(() => ask(...asked));
    last = answer.catch(() => undefined);
    return await answer;
  };
}
