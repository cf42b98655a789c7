import { setTimeout as delay } from 'node:timers/promises';
import type { PgBoss } from 'pg-boss';

import { createBell } from '../../lib/bell.ts';
import * as claims from './claims.ts';
import { LeaseLost, WorkerStopping } from './task.ts';

export interface ConsumerLimits {
  /** How many tasks this process works on at once. */
  readonly concurrency: number;
  /** How many tasks of one group all processes together work on at once. */
  readonly atOncePerGroup?: number | undefined;
  /** Whether tasks that have failed come after those that have not been tried. */
  readonly retriesGoLast?: boolean | undefined;
  /** Whether tasks that have ended are erased at once. */
  readonly leavesNothing?: boolean | undefined;
}

export interface ConsumerOptions extends ConsumerLimits {
  readonly boss: PgBoss;
  readonly taskName: string;
  /** Does what the claimed task asks for. `signal` aborts, with the error that says why, when it should end early. */
  readonly work: (claim: claims.Claim, signal: AbortSignal) => Promise<void>;
  readonly renewEveryMs: number;
  readonly pollEveryMs: number;
  readonly onError: (error: Error) => void;
}

export interface Consumer {
  /** Looks for tasks now rather than at the next poll. */
  wake(): void;
  /** Takes no more tasks, tells the running ones to end, and puts back those that have not ended by themselves. */
  stop(options: { graceMs: number }): Promise<void>;
}

interface Running {
  readonly claim: claims.Claim;
  readonly ending: AbortController;
  done: Promise<void>;
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/**
 * Works on the tasks of one kind. Guarantees: no more than `concurrency` at once; a task that this process stops
 * giving signs of life for is given to another; an attempt that has lost its task can no longer settle it.
 */
export function startConsumer(options: ConsumerOptions): Consumer {
  const { boss, taskName, atOncePerGroup, retriesGoLast, leavesNothing, onError } = options;
  const end = leavesNothing ? claims.eraseClaim : claims.completeClaim;
  const fail = retriesGoLast ? claims.failClaimToLast : claims.failClaim;
  const grouping = atOncePerGroup === undefined ? {} : { groupConcurrency: atOncePerGroup };
  const running = new Set<Running>();
  const stopping = new AbortController();
  const bell = createBell();

  async function attempt(claim: claims.Claim, signal: AbortSignal): Promise<void> {
    try {
      await options.work(claim, signal);
      await end(boss, claim);
    } catch (error) {
      if (signal.reason instanceof WorkerStopping) await claims.handBackClaim(boss, claim);
      else if (!(signal.reason instanceof LeaseLost)) await fail(boss, claim, messageOf(error));
    }
  }

  function begin(claim: claims.Claim): void {
    const entry: Running = { claim, ending: new AbortController(), done: Promise.resolve() };
    running.add(entry);
    entry.done = attempt(claim, entry.ending.signal)
      // An attempt that was given up while it still ran has nothing to say any more.
      .catch((error: Error) => {
        if (running.has(entry)) onError(error);
      })
      .finally(() => {
        running.delete(entry);
        bell.ring();
      });
  }

  async function take(): Promise<'there may be more' | 'that was all'> {
    const free = options.concurrency - running.size;
    if (free <= 0) return 'that was all';
    const taken = await boss.fetch<object>(taskName, { batchSize: free, includeMetadata: true, ...grouping });
    for (const claim of taken) begin(claim);
    // A group with more tasks than it may have at once has hidden those behind it, and no longer does.
    const mayBeMore = atOncePerGroup === undefined ? taken.length === free : taken.length > 0;
    return mayBeMore ? 'there may be more' : 'that was all';
  }

  async function consume(): Promise<void> {
    while (!stopping.signal.aborted) {
      const found = await take().catch((error: Error) => onError(error));
      if (found !== 'there may be more') await bell.heard(options.pollEveryMs);
    }
  }

  async function renew(): Promise<void> {
    if (running.size === 0) return;
    const entries = [...running];
    const lost = await claims.renewClaims(
      boss,
      taskName,
      entries.map(({ claim }) => claim),
    );
    for (const { claim, ending } of entries) {
      if (lost.includes(claim)) ending.abort(new LeaseLost(`task ${claim.id} was given to another worker`));
    }
  }

  const consuming = consume();
  const renewal = setInterval(() => void renew().catch(onError), options.renewEveryMs);

  return {
    wake: bell.ring,
    async stop({ graceMs }) {
      stopping.abort();
      bell.ring();
      await consuming;
      const left = [...running];
      for (const { ending } of left) ending.abort(new WorkerStopping('the worker is stopping'));
      const grace = new AbortController();
      await Promise.race([
        Promise.all(left.map(({ done }) => done)),
        delay(graceMs, undefined, { signal: grace.signal }).catch(() => undefined),
      ]);
      grace.abort();
      clearInterval(renewal);
      const givenUp = [...running];
      running.clear();
      await Promise.all(givenUp.map(({ claim }) => claims.handBackClaim(boss, claim).catch(onError)));
    },
  };
}
