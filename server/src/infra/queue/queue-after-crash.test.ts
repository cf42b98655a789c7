import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';

import { startChild } from '../../../../test/support/child-process.ts';
import { noteTask } from '../../../../test/support/note-task.ts';
import { createDatabase } from '../database/database.ts';
import { startEmbeddedPostgres } from '../database/embedded/embedded-postgres.ts';
import { createQueue, type TaskQueue } from './queue.ts';

/** Queues a task and does not work on it. */
async function sendOne(queue: TaskQueue, url: string): Promise<void> {
  const database = createDatabase({ url });
  await queue.start();
  await queue.send(database.db, noteTask, { text: 'x' });
  await queue.stop();
  await database.close();
}

test(
  'when worker, service and database are all killed, the next start takes the task up again within a minute',
  { timeout: 90_000 },
  async () => {
    const dataDir = await mkdtemp(path.join(tmpdir(), 'icana-crash-'));
    const service = startChild('hold-database', dataDir);
    const { url } = await service.next<{ url: string }>();
    await sendOne(createQueue({ url, tasks: [noteTask], onError: console.error }), url);
    const worker = startChild('work-on-tasks', url, 'endless');
    expect(await worker.next()).toEqual({ began: 'x' });

    const pidFile = path.join(dataDir, 'postgres', 'cluster', 'postmaster.pid');
    const postmaster = Number((await readFile(pidFile, 'utf8')).split('\n')[0]);
    await Promise.all([worker.kill(), service.kill()]);
    process.kill(postmaster, 'SIGKILL');

    const crashed = Date.now();
    const postgres = await startEmbeddedPostgres({ dataDir, as: 'service' });
    const queue = createQueue({ url: postgres.url, tasks: [noteTask], onError: console.error });
    await queue.start();
    const done: string[] = [];
    queue.consume(noteTask, {
      concurrency: 1,
      handle: async ({ payload }) => void done.push(payload.text),
      onDead: async () => undefined,
    });
    await expect.poll(() => done, { timeout: 60_000 }).toEqual(['x']);
    expect(Date.now() - crashed).toBeLessThan(60_000);
    await queue.stop();
    await postgres.stop();
    await rm(dataDir, { recursive: true });
  },
);
