import { setTimeout as delay } from 'node:timers/promises';
import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { startChild, type TestChild } from '../../../../test/support/child-process.ts';
import { noteTask } from '../../../../test/support/note-task.ts';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/test-database.ts';
import { createQueue, type TaskQueue } from './queue.ts';
import { PermanentFailure, WorkerStopping, type TaskHandler } from './task.ts';

type NoteHandler = TaskHandler<{ text: string }>;

let database: TestDatabase;
let queue: TaskQueue;
const queues: TaskQueue[] = [];
const children: TestChild[] = [];

beforeEach(async () => {
  database = await createTestDatabase();
  queue = await anotherQueue();
});
afterEach(async () => {
  await Promise.all(children.splice(0).map((child) => child.kill()));
  await Promise.all(queues.splice(0).map((each) => each.stop({ graceMs: 100 })));
  await database.close();
});

/** The queue as another process on the same database has it. */
async function anotherQueue(): Promise<TaskQueue> {
  const another = createQueue({ url: database.url, tasks: [noteTask], onError: console.error });
  queues.push(another);
  await another.start();
  return another;
}
function worker(pace: 'quick' | 'endless'): TestChild {
  const child = startChild('work-on-tasks', database.url, pace);
  children.push(child);
  return child;
}
const send = (text: string, options?: { priority?: number; startAfter?: Date }) =>
  queue.send(database.db, noteTask, { text }, options);

/** Consumes with a handler that notes what it did. */
function consume(on: TaskQueue, handler: Partial<NoteHandler> & Pick<NoteHandler, 'handle'>): string[] {
  const dead: string[] = [];
  on.consume(noteTask, {
    concurrency: 1,
    async onDead({ payload: { text }, reason }) {
      dead.push(`${text}: ${reason}`);
    },
    ...handler,
  });
  return dead;
}

describe('sending', () => {
  test('a task sent in a transaction that is rolled back never exists', async () => {
    const done: string[] = [];
    await expect(
      database.db.transaction().execute(async (tx) => {
        await queue.send(tx, noteTask, { text: 'undone' });
        throw new Error('rolled back');
      }),
    ).rejects.toThrow('rolled back');
    await send('kept');
    consume(queue, { handle: async ({ payload }) => void done.push(payload.text) });
    await expect.poll(() => done).toEqual(['kept']);
    await delay(300);
    expect(done).toEqual(['kept']);
  });

  test('a task is begun soon after its transaction commits, not before', async () => {
    const begun: number[] = [];
    consume(queue, { handle: async () => void begun.push(Date.now()) });
    await delay(300);
    await database.db.transaction().execute(async (tx) => {
      await queue.send(tx, noteTask, { text: 'x' });
      await delay(300);
      expect(begun).toEqual([]);
    });
    const committed = Date.now();
    await expect.poll(() => begun.length).toBe(1);
    expect((begun[0] ?? 0) - committed, 'well before the next poll').toBeLessThan(1_000);
  });

  test('higher priority goes first, then the order of sending', async () => {
    const done: string[] = [];
    await send('a');
    await send('b');
    await send('urgent', { priority: 5 });
    await send('later', { startAfter: new Date(Date.now() + 600_000), priority: 9 });
    consume(queue, { handle: async ({ payload }) => void done.push(payload.text) });
    await expect.poll(() => done).toEqual(['urgent', 'a', 'b']);
  });
});

describe('working', () => {
  test('a backlog is worked off without pauses, never more than the set number at once', async () => {
    for (let i = 0; i < 12; i++) await send(String(i));
    let [active, most, done] = [0, 0, 0];
    const began = Date.now();
    consume(queue, {
      concurrency: 3,
      async handle() {
        most = Math.max(most, ++active);
        await delay(100);
        active--;
        done++;
      },
    });
    await expect.poll(() => done, { timeout: 10_000 }).toBe(12);
    expect(most).toBe(3);
    expect(Date.now() - began, 'three pauses, of 2 s each, would take longer').toBeLessThan(6_000);
  });

  test('two processes share a backlog and no task is worked on twice', async () => {
    for (let i = 0; i < 20; i++) await send(String(i));
    const done: string[] = [];
    const handle: NoteHandler['handle'] = async ({ payload }) => {
      await delay(20);
      done.push(payload.text);
    };
    consume(queue, { handle });
    consume(await anotherQueue(), { handle });
    await expect.poll(() => done.length).toBe(20);
    expect(new Set(done).size).toBe(20);
  });

  test('the end of a task can be part of a transaction with its effects', async () => {
    await send('x');
    let tries = 0;
    consume(queue, {
      async handle({ completeIn }) {
        await database.db.transaction().execute(async (tx) => {
          await completeIn(tx);
          if (++tries === 1) throw new Error('the effects failed');
        });
      },
    });
    await expect.poll(() => tries, { timeout: 10_000 }).toBe(2);
    await delay(2_500);
    expect(tries, 'completed by the second try').toBe(2);
  });
});

describe('failing', () => {
  test('a task whose tries are all used up is told dead once, with the last reason', async () => {
    await send('x');
    let tries = 0;
    const dead = consume(queue, {
      async handle() {
        throw new Error(`try ${++tries} failed`);
      },
    });
    await expect.poll(() => dead, { timeout: 20_000 }).toEqual(['x: try 3 failed']);
  });

  test('a failure that no retry can mend is told at once', async () => {
    await send('x');
    let tries = 0;
    const dead = consume(queue, {
      async handle() {
        tries++;
        throw new PermanentFailure('there is no speech codec for this');
      },
    });
    await expect.poll(() => dead).toEqual(['x: there is no speech codec for this']);
    expect(tries).toBe(1);
  });

  test('telling the end of a task is itself tried until it succeeds', async () => {
    const taskId = await send('x');
    const told: object[] = [];
    consume(queue, {
      async handle() {
        throw new Error('no');
      },
      async onDead(dead) {
        told.push(dead);
        if (told.length < 2) throw new Error('the database is away');
      },
    });
    const dead = { taskId, payload: { text: 'x' }, reason: 'no' };
    await expect.poll(() => told, { timeout: 25_000 }).toEqual([dead, dead]);
  });
});

describe('workers that go', () => {
  test(
    'the task of a worker killed in the middle is completed by another within 30 s',
    { timeout: 60_000 },
    async () => {
      const doomed = worker('endless');
      await send('x');
      expect(await doomed.next()).toEqual({ began: 'x' });
      await doomed.kill();
      const killed = Date.now();
      const heir = worker('quick');
      expect(await heir.next()).toEqual({ began: 'x' });
      expect(await heir.next()).toEqual({ completed: 'x' });
      expect(Date.now() - killed).toBeLessThan(30_000);
    },
  );

  test('a start that is alone takes the tasks of dead workers up at once, and without using up a try', async () => {
    await send('x');
    for (let deaths = 0; deaths <= noteTask.retryLimit + 1; deaths++) {
      const doomed = worker('endless');
      expect(await doomed.next()).toEqual({ began: 'x' });
      await doomed.kill();
      const killed = Date.now();
      await queue.start({ alone: true });
      if (deaths > 0) expect(Date.now() - killed).toBeLessThan(3_000);
    }
    const done: string[] = [];
    consume(queue, { handle: async ({ payload }) => void done.push(payload.text) });
    await expect.poll(() => done).toEqual(['x']);
  });

  test(
    'a task that was under way at the end of a dozen services is given up as their cause',
    { timeout: 60_000 },
    async () => {
      await send('x');
      await sql`update pgboss.job set retry_limit = retry_limit + 10`.execute(database.db);
      const doomed = worker('endless');
      expect(await doomed.next()).toEqual({ began: 'x' });
      await doomed.kill();
      await sql`update pgboss.job set retry_count = retry_limit`.execute(database.db);
      await queue.start({ alone: true });
      const dead = consume(queue, { handle: async () => expect.fail('it is tried again') });
      await expect.poll(() => dead, { timeout: 20_000 }).toEqual([expect.stringContaining('time and again')]);
    },
  );

  test('a worker that only hung while a start took itself for alone loses its task, and does not settle it', async () => {
    const hung = worker('endless');
    await send('x');
    expect(await hung.next()).toEqual({ began: 'x' });
    hung.process.kill('SIGSTOP');
    await queue.start({ alone: true });
    const done: string[] = [];
    consume(queue, { handle: async ({ payload }) => void done.push(payload.text) });
    await expect.poll(() => done).toEqual(['x']);
    hung.process.kill('SIGCONT');
    expect(await hung.next()).toEqual({ ended: 'LeaseLost' });
    const { rows } = await sql`select state, retry_count from pgboss.job where name = 'note'`.execute(
      database.db,
    );
    expect(rows).toEqual([{ state: 'completed', retry_count: 1 }]);
  });

  test('a stopping worker puts its task back at once, without using up a try', async () => {
    await send('x');
    // One more than the tries there are.
    for (let stops = 0; stops <= noteTask.retryLimit + 1; stops++) {
      const stopping = await anotherQueue();
      const began = Promise.withResolvers<void>();
      const reasons: unknown[] = [];
      consume(stopping, {
        async handle({ signal }) {
          began.resolve();
          await delay(60_000, undefined, { signal }).catch(() => undefined);
          reasons.push(signal.reason);
          signal.throwIfAborted();
        },
      });
      await began.promise;
      await stopping.stop();
      expect(reasons).toEqual([expect.any(WorkerStopping)]);
    }
    const done: string[] = [];
    consume(queue, { handle: async ({ payload }) => void done.push(payload.text) });
    await expect.poll(() => done).toEqual(['x']);
  });

  test('a stopping worker lets a task that ends in time complete', async () => {
    await send('x');
    const stopping = await anotherQueue();
    const began = Promise.withResolvers<void>();
    consume(stopping, {
      async handle() {
        began.resolve();
        await delay(300);
      },
    });
    await began.promise;
    await stopping.stop();
    const again: string[] = [];
    consume(queue, { handle: async ({ payload }) => void again.push(payload.text) });
    await delay(1_000);
    expect(again).toEqual([]);
  });

  test('a task that ignores the stop is put back for others, and can no longer be settled by the first', async () => {
    await send('x');
    const stopping = await anotherQueue();
    const began = Promise.withResolvers<void>();
    const release = Promise.withResolvers<void>();
    const late = Promise.withResolvers<unknown>();
    consume(stopping, {
      async handle({ completeIn }) {
        began.resolve();
        await release.promise;
        const settled = database.db.transaction().execute((tx) => completeIn(tx));
        late.resolve(await settled.catch((error: unknown) => error));
      },
    });
    await began.promise;
    await stopping.stop({ graceMs: 100 });
    const done: string[] = [];
    consume(queue, { handle: async ({ payload }) => void done.push(payload.text) });
    await expect.poll(() => done).toEqual(['x']);
    release.resolve();
    expect(await late.promise).toBeInstanceOf(Error);
  });

  test('a worker that hung for too long learns that it has lost its task', { timeout: 60_000 }, async () => {
    const hung = worker('endless');
    await send('x');
    expect(await hung.next()).toEqual({ began: 'x' });
    hung.process.kill('SIGSTOP');
    // Instead of waiting out the lease.
    await sql`update pgboss.job set heartbeat_on = now() - interval '1 minute'`.execute(database.db);
    const taken = Promise.withResolvers<void>();
    const kept = Promise.withResolvers<boolean>();
    consume(queue, {
      async handle({ signal }) {
        taken.resolve();
        await delay(6_000);
        kept.resolve(!signal.aborted);
      },
    });
    await taken.promise;
    hung.process.kill('SIGCONT');
    expect(await hung.next()).toEqual({ ended: 'LeaseLost' });
    expect(await kept.promise, 'the new holder is left alone').toBe(true);
  });
});

test.each([
  ['before younger tasks, by its age,', undefined, ['old', 'new']],
  ['behind all that have not been tried, where its kind wants that,', true, ['new', 'old']],
])('a task that is tried again comes %s', async (_where, retriesGoLast, order) => {
  const task: typeof noteTask = {
    ...noteTask,
    name: 'retried-note',
    retryDelaySeconds: 60,
    ...(retriesGoLast && { retriesGoLast }),
  };
  const withTask = async () => {
    const started = createQueue({ url: database.url, tasks: [task], onError: console.error });
    queues.push(started);
    await started.start();
    return started;
  };
  const first = await withTask();
  await first.send(database.db, task, { text: 'old' });
  const handler = { concurrency: 1, onDead: async () => undefined };
  first.consume(task, {
    ...handler,
    async handle() {
      throw new Error('the first try fails');
    },
  });
  const waiting = sql`select from pgboss.job where state = 'retry'`;
  await expect.poll(async () => (await waiting.execute(database.db)).rows.length).toBe(1);
  await first.stop();
  await sql`update pgboss.job set start_after = now() where state = 'retry'`.execute(database.db);
  const second = await withTask();
  await second.send(database.db, task, { text: 'new' });
  const tried: string[] = [];
  second.consume(task, { ...handler, handle: async ({ payload }) => void tried.push(payload.text) });
  await expect.poll(() => tried).toEqual(order);
});

describe('a kind with groups', () => {
  /** Two at once of a group, and waits of up to an hour. */
  const groupedTask = { ...noteTask, name: 'grouped-note', atOncePerGroup: 2, retryDelayMaxSeconds: 3600 };

  test('has no more of a group worked on at once than it allows, while other groups go on', async () => {
    const grouping = createQueue({ url: database.url, tasks: [groupedTask], onError: console.error });
    queues.push(grouping);
    await grouping.start();
    const sendTo = (group: string, text: string) =>
      grouping.send(database.db, groupedTask, { text }, { group });
    for (const text of ['a1', 'a2', 'a3', 'a4']) await sendTo('a', text);
    await sendTo('b', 'b1');
    let begun = 0;
    const working = new Set<string>();
    const endings = new Map<string, () => void>();
    grouping.consume(groupedTask, {
      concurrency: 10,
      async handle({ payload: { text } }) {
        working.add(text);
        begun += 1;
        await new Promise<void>((resolve) => endings.set(text, resolve));
        working.delete(text);
      },
      onDead: async () => undefined,
    });
    // Which of the four it is, is not said: they were sent at almost the same moment.
    const groups = () => [...working].map((text) => text.slice(0, 1)).sort();
    await expect.poll(groups).toEqual(['a', 'a', 'b']);
    await delay(500);
    expect(groups()).toEqual(['a', 'a', 'b']);
    const first = [...working].find((text) => text !== 'b1');
    endings.get(first ?? '')?.();
    await expect.poll(() => begun, { timeout: 5000 }).toBe(4);
    expect(groups()).toEqual(['a', 'a', 'b']);
    for (const end of endings.values()) end();
    await expect.poll(() => begun, { timeout: 5000 }).toBe(5);
    for (const end of endings.values()) end();
  });

  test('lets other groups begin at once, however many tasks of some stand before theirs', async () => {
    // At once: by the next poll the test is over.
    const grouping = createQueue({
      url: database.url,
      tasks: [groupedTask],
      onError: console.error,
      pollEveryMs: 3_600_000,
    });
    queues.push(grouping);
    await grouping.start();
    for (const group of ['a', 'b', 'c', 'd', 'd', 'd', 'e']) {
      const standing = group < 'd' ? 10 : 1;
      for (let i = 0; i < standing; i++)
        await grouping.send(database.db, groupedTask, { text: group }, { group });
    }
    const begun: string[] = [];
    const { promise: theEnd, resolve: end } = Promise.withResolvers<void>();
    grouping.consume(groupedTask, {
      concurrency: 10,
      async handle({ payload: { text } }) {
        begun.push(text);
        await theEnd;
      },
      onDead: async () => undefined,
    });
    await expect.poll(() => begun.toSorted().join('')).toBe('aabbccdde');
    end();
  });

  test('keeps its longest wait, and its depth can be read without counting', async () => {
    const grouping = createQueue({
      url: database.url,
      tasks: [groupedTask, noteTask],
      onError: console.error,
    });
    queues.push(grouping);
    await grouping.start();
    const { rows } = await sql<{ name: string; retry_delay_max: number }>`
      select name, retry_delay_max from pgboss.queue where name in ('grouped-note', 'note') order by name
    `.execute(database.db);
    expect(rows.map((row) => row.retry_delay_max)).toEqual([3600, 60]);
    await grouping.send(database.db, groupedTask, { text: 'x' });
    await expect
      .poll(() => grouping.depths(), { timeout: 15_000, interval: 250 })
      .toContainEqual({ task: 'grouped-note', waiting: 1, active: 0 });
  });
});
