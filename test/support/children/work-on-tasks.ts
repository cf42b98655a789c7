/**
 * A worker on the database of `argv[2]`: says each task it begins, and works on it without end unless `argv[3]` is
 * "quick". Drains when its stdin ends.
 */
import { setTimeout as delay } from 'node:timers/promises';

import { createQueue } from '../../../server/src/infra/queue/queue.ts';
import { noteTask } from '../note-task.ts';

const [, , url = '', pace = ''] = process.argv;
const queue = createQueue({ url, tasks: [noteTask], onError: (error) => console.error(error) });
await queue.start();
queue.consume(noteTask, {
  concurrency: 1,
  async handle({ payload, signal }) {
    console.log(JSON.stringify({ began: payload.text }));
    if (pace !== 'quick') {
      await delay(600_000, undefined, { signal }).catch(() => undefined);
      console.log(JSON.stringify({ ended: (signal.reason as Error).name }));
      signal.throwIfAborted();
    }
    console.log(JSON.stringify({ completed: payload.text }));
  },
  async onDead({ payload, reason }) {
    console.log(JSON.stringify({ dead: payload.text, reason }));
  },
});
process.stdin.resume().once('end', () => void queue.stop());
