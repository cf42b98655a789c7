import { isTerminal, type EndEvent, type ProgressEvent } from '@icana/contract';

import type { Database, JobRow } from '../../../infra/database/schema.ts';
import { createBell } from '../../../lib/bell.ts';
import type { Clock } from '../../../lib/clock.ts';
import type { JobWatch } from './job-watch.ts';
import { progressOf } from '../jobs.rules.ts';
import { requireOwned } from '../owned-jobs.ts';
import type { Outlooks } from '../work/outlooks.ts';
import { createWaitingPlaces, type WaitingLimits } from './waiting-places.ts';

const DEFAULT_LIMITS: WaitingLimits = { inAll: 2_000, perAccount: 100 };

/** Proxies cut a connection that is silent, most of them after a minute or half of one. */
const HEARTBEAT_MS = 15_000;

export type JobEvent =
  | { readonly event: 'progress'; readonly data: ProgressEvent }
  | { readonly event: 'end'; readonly data: EndEvent }
  | { readonly event: 'heartbeat' };

interface Wanted {
  readonly accountId: string;
  readonly id: string;
  /** Ends the waiting: the client has gone, or the server closes. */
  readonly signal: AbortSignal;
}

export type JobWaiting = ReturnType<typeof createJobWaiting>;

/** Waiting for what becomes of a job, on whichever server it is worked on. */
export function createJobWaiting(parts: {
  database: Database;
  clock: Clock;
  watch: Pick<JobWatch, 'watch'>;
  outlooks: Pick<Outlooks, 'of'>;
  limits?: WaitingLimits;
  heartbeatMs?: number;
}) {
  const { database, clock, watch, outlooks, limits = DEFAULT_LIMITS, heartbeatMs = HEARTBEAT_MS } = parts;
  const places = createWaitingPlaces(limits);

  /**
   * The job as it is, then as it is after each change; a slow reader gets the newest state only. `idle` after each
   * `idleMs` without one. Ends when the signal does.
   */
  async function* states(
    id: string,
    { signal, idleMs }: { signal: AbortSignal; idleMs?: number },
  ): AsyncGenerator<{ job: JobRow | undefined } | 'idle'> {
    let newest: { job: JobRow | undefined } | undefined;
    const { ring, heard } = createBell();
    const leave = watch.watch(id, (job) => {
      newest = { job };
      ring();
    });
    signal.addEventListener('abort', ring);
    try {
      while (!signal.aborted) {
        const isRung = await heard(idleMs);
        const given = newest ?? (isRung ? undefined : 'idle');
        newest = undefined;
        if (given && !signal.aborted) yield given;
      }
    } finally {
      signal.removeEventListener('abort', ring);
      leave();
    }
  }

  async function* eventsOf(id: string, signal: AbortSignal): AsyncGenerator<JobEvent> {
    for await (const state of states(id, { signal, idleMs: heartbeatMs })) {
      if (state === 'idle') {
        yield { event: 'heartbeat' };
      } else if (hasEnded(state.job)) {
        yield { event: 'end', data: endEvent(state.job) };
        return;
      } else {
        const view = { now: clock.now(), outlook: await outlooks.of(state.job) };
        yield { event: 'progress', data: progressEvent(state.job, view) };
      }
    }
  }

  return {
    /**
     * Waits until the job has ended or was deleted, for `timeoutMs` at most.
     * @returns whether it has; false when the time is over or the signal aborted
     * @throws ApiError 404 when the id is none, unknown or another account's, 429 when too many wait already
     */
    async whenEnded(wanted: Wanted & { timeoutMs: number }): Promise<boolean> {
      const { id, status } = await requireOwned(database, wanted);
      if (isTerminal(status)) return true;
      const release = places.take(wanted.accountId);
      const over = new AbortController();
      const timer = setTimeout(() => over.abort(), wanted.timeoutMs);
      try {
        for await (const state of states(id, { signal: AbortSignal.any([wanted.signal, over.signal]) })) {
          if (state !== 'idle' && hasEnded(state.job)) return true;
        }
        return false;
      } finally {
        clearTimeout(timer);
        release();
      }
    },

    /**
     * What becomes of a job: its progress now and after each change, then its end, and a heartbeat every 15 s without
     * one. The fraction never falls. It ends early when the signal aborts, which the caller must see to
     * when he stops reading.
     * @throws ApiError 404 when the id is none, unknown or another account's, 429 when too many wait already
     */
    async events(wanted: Wanted): Promise<AsyncIterable<JobEvent>> {
      const { id } = await requireOwned(database, wanted);
      const release = places.take(wanted.accountId);
      // By the signal and not by the end of the events: a reader who never began to take them may have gone, too.
      if (wanted.signal.aborted) release();
      else wanted.signal.addEventListener('abort', release, { once: true });
      return eventsOf(id, wanted.signal);
    },
  };
}

type EndedJob = JobRow & { status: 'completed' | 'failed' };

const hasEnded = (job: JobRow | undefined): job is EndedJob | undefined => !job || isTerminal(job.status);

function progressEvent(job: JobRow, view: Parameters<typeof progressOf>[1]): ProgressEvent {
  const progress = progressOf(job, view);
  if (!progress) throw new Error('Only a job that has not ended has progress.');
  return { status: job.status, ...progress };
}

function endEvent(job: EndedJob | undefined): EndEvent {
  if (!job) return { status: 'deleted', error_message: null };
  return { status: job.status, error_message: job.error_message };
}
