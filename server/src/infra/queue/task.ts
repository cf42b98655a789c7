import type { z } from 'zod';

import type { Database } from '../database/schema.ts';

/** Where the name of a task's kind is told when one may be there. It is a hint: polling finds the task anyway. */
export const TASK_CHANNEL = 'icana_tasks';

/** A kind of queued work, and how often a task of the kind is tried. */
export interface TaskKind {
  /** Letters, digits, `-` and `_`. */
  readonly name: string;
  /** How often a failed or lost attempt is followed by another before the task is dead. */
  readonly retryLimit: number;
  /** The wait before the first retry, up to twice as long by chance; it doubles from one to the next. */
  readonly retryDelaySeconds: number;
  /** The longest wait; a minute when not given. */
  readonly retryDelayMaxSeconds?: number;
  /** How many tasks of one group are worked on at once by all processes together; any number when not given. */
  readonly atOncePerGroup?: number;
  /** Whether a task that is tried again waits behind all that have not been tried, for kinds whose failures take long. */
  readonly retriesGoLast?: boolean;
  /** Whether nothing of a task is kept once it has ended, because nobody should read what it carries; else it is a day. */
  readonly leavesNothing?: boolean;
}

/** A kind of task together with what such a task carries. Defined beside the feature whose work it is. */
export interface Task<Payload extends object> extends TaskKind {
  readonly payload: z.ZodType<Payload>;
}

/** One try of a task, in the hands of one worker. */
interface Attempt<Payload extends object> {
  readonly taskId: string;
  readonly payload: Payload;
  /**
   * Aborts when the work should end, because of {@link WorkerStopping} or {@link LeaseLost}: throw then, and the task is
   * done again elsewhere.
   */
  readonly signal: AbortSignal;
  /**
   * Completes the task as part of a transaction, so that its effects and its end are one. Throws {@link LeaseLost},
   * which should roll the transaction back, when the task is no longer this attempt's.
   */
  readonly completeIn: (tx: Database) => Promise<void>;
}

/** A task that will not be tried again. */
interface DeadTask<Payload extends object> {
  readonly taskId: string;
  readonly payload: Payload;
  /** Why its last attempt failed. */
  readonly reason: string;
}

/** What consumes a kind of task. Both functions may run more than once for a task and must bear it. */
export interface TaskHandler<Payload extends object> {
  /** How many tasks of the kind this process works on at once. */
  readonly concurrency: number;
  /** Does the work. Resolving completes the task, rejecting has it tried again, {@link PermanentFailure} ends it. */
  handle(attempt: Attempt<Payload>): Promise<void>;
  /** Called when no further try will be made, until it succeeds once: the place to fail what the task was for. */
  onDead(end: DeadTask<Payload>): Promise<void>;
}

/** Thrown by a handler when trying again cannot help. The message is the reason that `onDead` is given. */
export class PermanentFailure extends Error {
  override readonly name = 'PermanentFailure';
}

/** The task was given to another worker, because this one gave no sign of life for too long. */
export class LeaseLost extends Error {
  override readonly name = 'LeaseLost';
}

/** The process is going down: its tasks are put back for others, or for its next start. */
export class WorkerStopping extends Error {
  override readonly name = 'WorkerStopping';
}
