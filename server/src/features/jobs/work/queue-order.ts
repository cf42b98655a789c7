/*
 * The order of all work: earliest due first. A recording is due when it would be done if a second of audio took a
 * second, counted from its submission over the audio of its account that goes before it and its own. So short ones
 * overtake long ones, accounts take turns however much each has waiting, and nobody starves, because what comes later
 * is due later.
 */

/** Priorities are small whole numbers in the queue. */
const EPOCH_MS = Date.UTC(2026, 0);

/**
 * When a recording is due.
 * @param aheadMs what waits of its account that is not longer
 */
export function dueOf(job: { submittedAt: Date; aheadMs: number; durationMs: number }): Date {
  return new Date(job.submittedAt.getTime() + job.aheadMs + job.durationMs);
}

/** When the part of a recording that ends at `endMs` is due. */
export function dueOfPart(job: { dueAt: Date; durationMs: number }, endMs: number): Date {
  return new Date(job.dueAt.getTime() - job.durationMs + Math.min(endMs, job.durationMs));
}

/** For the queue: higher goes first. Exact to the second, until 2094. */
export function priorityOf(dueAt: Date): number {
  return -Math.floor((dueAt.getTime() - EPOCH_MS) / 1000);
}

/** For the engine: lower goes first. */
export function engineDueOf(dueAt: Date): number {
  return dueAt.getTime() / 1000;
}
