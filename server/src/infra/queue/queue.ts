import { fromKysely, PgBoss, type Queue as QueueSettings } from 'pg-boss';

import { connectionSettings, SILENT_AFTER_MS } from '../database/connection-settings.ts';
import type { Database } from '../database/schema.ts';
import { listenForSignals, type SignalListener } from '../database/signals.ts';
import { completeClaimIn, handBackOrphans, type Claim } from './claims.ts';
import { startConsumer, type Consumer, type ConsumerLimits, type ConsumerOptions } from './consumer.ts';
import { PermanentFailure, TASK_CHANNEL, type Task, type TaskHandler, type TaskKind } from './task.ts';

/**
 * Timing of leases, the shortest the queue knows: a worker gives signs of life every 3 s; after 10 s without one, and at
 * most 5 s more until somebody looks, its task goes to another.
 */
const LEASE_SECONDS = 10;
const RENEW_EVERY_MS = 3_000;
const LOOK_AFTER_LEASES_EVERY_SECONDS = 5;
/** Notifications bring new tasks within milliseconds; polling brings what they miss and what was put off. */
const POLL_EVERY_MS = 2_000;
const USUAL_RETRY_DELAY_MAX_SECONDS = 60;
/** How often a dead task's end is tried to be told: for ever, by the measure of a person. */
const ENDLESS_RETRIES = 1_000_000;
/** The longest the queue can let an attempt run. Attempts are ended by lost leases, not by their age. */
const ATTEMPT_SECONDS = 24 * 60 * 60;
const KEEP_WAITING_SECONDS = 365 * 24 * 60 * 60;
const KEEP_DONE_SECONDS = 24 * 60 * 60;

export interface QueueOptions {
  readonly url: string;
  /** Every kind of task there is: all processes know them all, whichever they consume. */
  readonly tasks: readonly TaskKind[];
  readonly onError: (error: Error) => void;
  readonly pollEveryMs?: number;
}

interface SendOptions {
  /** Higher goes first; equal ones go in the order they were sent. 0 when not given. */
  readonly priority?: number;
  /** Not before this moment. */
  readonly startAfter?: Date;
  /** Which tasks share the number that the kind allows at once. */
  readonly group?: string;
  /** A UUID to withdraw the task by; one is made when not given. */
  readonly id?: string;
}

interface QueueDepth {
  readonly task: string;
  readonly waiting: number;
  readonly active: number;
}

export interface TaskQueue {
  /**
   * Makes the queue's tables and its kinds of tasks, where they are missing. Safe in several processes at once.
   *
   * @param alone whether it is certain that no other process works on tasks: then what is claimed was claimed by dead
   *   ones, and is put back at once, rather than when the leases run out
   */
  start(options?: { alone?: boolean }): Promise<void>;
  /** Queues a task as part of `tx`: it exists exactly if the transaction commits. Answers with its id. */
  send<Payload extends object>(
    tx: Database,
    task: Task<Payload>,
    payload: Payload,
    options?: SendOptions,
  ): Promise<string>;
  /** Takes tasks off the queue as part of `tx`. An attempt at one that is under way loses its lease. */
  withdraw(tx: Database, task: TaskKind, ...ids: string[]): Promise<void>;
  /** Starts working on the tasks of one kind in this process. */
  consume<Payload extends object>(task: Task<Payload>, handler: TaskHandler<Payload>): void;
  /** How many tasks of each kind wait or are worked on, as of a few seconds ago: kept by the queue, not counted now. */
  depths(): Promise<QueueDepth[]>;
  /** Takes no more tasks; running ones are told to end and, after `graceMs` at most, put back for others. */
  stop(options?: { graceMs?: number }): Promise<void>;
}

export const deadName = (name: string) => `${name}-dead`;

/** What the last attempt of a dead task left as its reason. */
function reasonOf(claim: Claim): string {
  const output: { message?: unknown; value?: { message?: unknown } } | null = claim.sourceOutput;
  const message = output?.message ?? output?.value?.message;
  return typeof message === 'string' ? message : 'no reason was given';
}

type Work = ConsumerOptions['work'];

/** An attempt at a task: hands it to its handler, and tells the handler at once of an end that no retry can avert. */
function attempting<Payload extends object>(
  boss: PgBoss,
  task: Task<Payload>,
  handler: TaskHandler<Payload>,
): Work {
  return async (claim, signal) => {
    const payload = task.payload.parse(claim.data);
    const completeIn = (tx: Database) => completeClaimIn(boss, claim, tx);
    try {
      await handler.handle({ taskId: claim.id, payload, signal, completeIn });
    } catch (error) {
      if (!(error instanceof PermanentFailure)) throw error;
      await handler.onDead({ taskId: claim.id, payload, reason: error.message });
    }
  };
}

/** The end of a task whose tries are used up, which is queued work like any other: no end goes untold. */
function mourning<Payload extends object>(task: Task<Payload>, handler: TaskHandler<Payload>): Work {
  return async (claim) => {
    if (claim.sourceId === null) throw new Error(`${claim.id} is not the end of a task`);
    const payload = task.payload.parse(claim.data);
    await handler.onDead({ taskId: claim.sourceId, payload, reason: reasonOf(claim) });
  };
}

async function defineQueue(boss: PgBoss, name: string, settings: Omit<QueueSettings, 'name'>): Promise<void> {
  const all = {
    retryBackoff: true,
    retryDelayMax: USUAL_RETRY_DELAY_MAX_SECONDS,
    heartbeatSeconds: LEASE_SECONDS,
    expireInSeconds: ATTEMPT_SECONDS,
    retentionSeconds: KEEP_WAITING_SECONDS,
    deleteAfterSeconds: KEEP_DONE_SECONDS,
    ...settings,
  };
  await boss.createQueue(name, all);
  // Creating leaves a queue that is there as it was: bring it to this version's settings.
  await boss.updateQueue(name, all);
}

async function defineQueues(boss: PgBoss, task: TaskKind): Promise<void> {
  const { name, retryLimit, retryDelaySeconds, retryDelayMaxSeconds } = task;
  await defineQueue(boss, deadName(name), { retryLimit: ENDLESS_RETRIES, retryDelay: 1 });
  await defineQueue(boss, name, {
    retryLimit,
    retryDelay: retryDelaySeconds,
    ...(retryDelayMaxSeconds && { retryDelayMax: retryDelayMaxSeconds }),
    deadLetter: deadName(name),
  });
}

/**
 * The task queue on our database, a thin layer over pg-boss. A task is sent with the transaction that needs it; it is
 * worked on at least once, by one worker at a time; a worker that dies loses its tasks to others within 15 s or so; and
 * a task that cannot be done ends in `onDead`, so that nothing waits for it for ever.
 */
export function createQueue(parts: QueueOptions): TaskQueue {
  const { url, tasks, onError, pollEveryMs = POLL_EVERY_MS } = parts;
  const boss = new PgBoss({
    ...connectionSettings(url, SILENT_AFTER_MS),
    application_name: 'icana queue',
    max: 4,
    superviseIntervalSeconds: LOOK_AFTER_LEASES_EVERY_SECONDS,
    monitorIntervalSeconds: LOOK_AFTER_LEASES_EVERY_SECONDS,
    schedule: false,
    registerInstance: false,
    openTelemetry: { enabled: false },
  });
  boss.on('error', onError);
  const consumers = new Map<string, Consumer>();
  let signals: SignalListener | undefined;

  function wake(taskName?: string): void {
    for (const [name, consumer] of consumers)
      if (taskName === undefined || taskName === name) consumer.wake();
  }
  function startOne(taskName: string, limits: ConsumerLimits, work: Work): void {
    const timing = { renewEveryMs: RENEW_EVERY_MS, pollEveryMs };
    consumers.set(taskName, startConsumer({ boss, taskName, ...limits, work, ...timing, onError }));
  }

  return {
    async start({ alone = false } = {}) {
      await boss.start();
      for (const task of tasks) {
        await defineQueues(boss, task);
        if (!alone) continue;
        await handBackOrphans(boss, task);
        await handBackOrphans(boss, { name: deadName(task.name), retryLimit: ENDLESS_RETRIES });
      }
    },
    async send(tx, task, payload, { group, ...options } = {}) {
      const db = fromKysely(tx);
      const id = await boss.send(task.name, payload, {
        ...options,
        ...(group && { group: { id: group } }),
        db,
      });
      if (id === null) throw new Error(`the queue did not take a task of ${task.name}`);
      await db.executeSql('select pg_notify($1, $2)', [TASK_CHANNEL, task.name]);
      return id;
    },
    async withdraw(tx, task, ...ids) {
      if (ids.length > 0) await boss.deleteJob(task.name, ids, { db: fromKysely(tx) });
    },
    consume(task, handler) {
      const { concurrency } = handler;
      const { atOncePerGroup, retriesGoLast, leavesNothing } = task;
      const limits = { concurrency, atOncePerGroup, retriesGoLast, leavesNothing };
      startOne(task.name, limits, attempting(boss, task, handler));
      startOne(deadName(task.name), { concurrency: 1, leavesNothing }, mourning(task, handler));
      signals ??= listenForSignals({ url, channel: TASK_CHANNEL, onSignal: wake, onError });
    },
    async depths() {
      const queues = await boss.getQueues(tasks.map(({ name }) => name));
      return queues.map(({ name, queuedCount, activeCount }) => ({
        task: name,
        waiting: queuedCount,
        active: activeCount,
      }));
    },
    async stop({ graceMs = 5_000 } = {}) {
      const stopping = [...consumers.values()];
      consumers.clear();
      await Promise.all(stopping.map((consumer) => consumer.stop({ graceMs })));
      await signals?.close();
      await boss.stop({ graceful: false });
    },
  };
}
