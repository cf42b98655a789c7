import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { noteTask } from '../../../../test/support/note-task.ts';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/test-database.ts';
import { newId } from '../../lib/ids.ts';
import { createQueue, type TaskQueue } from './queue.ts';
import { LeaseLost } from './task.ts';

let database: TestDatabase;
let queue: TaskQueue;
beforeAll(async () => {
  database = await createTestDatabase();
  queue = createQueue({ url: database.url, tasks: [noteTask], onError: console.error });
  await queue.start();
});
afterAll(async () => {
  await queue.stop({ graceMs: 100 });
  await database.close();
});

const endless = (signal: AbortSignal) =>
  new Promise<never>((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));

test('a withdrawn task is never worked on, unless the withdrawal is rolled back', async () => {
  const [kept, withdrawn] = [newId(), newId()];
  await queue.send(database.db, noteTask, { text: 'kept' }, { id: kept });
  await queue.send(database.db, noteTask, { text: 'withdrawn' }, { id: withdrawn });
  const rolledBack = database.db.transaction().execute(async (tx) => {
    await queue.withdraw(tx, noteTask, kept);
    throw new Error('rolled back');
  });
  await expect(rolledBack).rejects.toThrow('rolled back');
  await queue.withdraw(database.db, noteTask, withdrawn);

  const done: string[] = [];
  const losses: unknown[] = [];
  queue.consume(noteTask, {
    concurrency: 2,
    async handle({ payload, signal }) {
      done.push(payload.text);
      if (payload.text === 'endless') await endless(signal).catch((error: unknown) => losses.push(error));
    },
    onDead: () => Promise.reject(new Error('nothing dies here')),
  });
  await expect.poll(() => done).toEqual(['kept']);

  // One that is under way is told so when its lease is next renewed, and is not tried again.
  const running = newId();
  await queue.send(database.db, noteTask, { text: 'endless' }, { id: running });
  await expect.poll(() => done).toEqual(['kept', 'endless']);
  await queue.withdraw(database.db, noteTask, running);
  await expect.poll(() => losses, { timeout: 10_000 }).toEqual([expect.any(LeaseLost)]);
  await delay(2_500);
  expect(done).toEqual(['kept', 'endless']);
});
