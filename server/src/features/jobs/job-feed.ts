import { setTimeout as delay } from 'node:timers/promises';
import { isTerminal } from '@icana/contract';
import type { DashboardJobEvents } from '@icana/contract/app';

import type { Database, JobRow } from '../../infra/database/schema.ts';
import type { DashboardJobsService } from './dashboard-jobs.ts';
import type { JobChange, JobWatch } from './job-watch.ts';
import { gistOf } from './jobs.rules.ts';
import { findJobs, listOpenJobs } from './jobs.store.ts';
import { createWaitingPlaces, type WaitingLimits } from './waiting-places.ts';

const DEFAULT_LIMITS: WaitingLimits = { inAll: 1_000, perAccount: 20 };
const HEARTBEAT_MS = 15_000;
/** However fast the jobs of an account change, its pages are told no more often. */
const TELL_EVERY_MS = 400;

export type JobFeedEvent =
  | {
      [Name in keyof DashboardJobEvents]: { readonly event: Name; readonly data: DashboardJobEvents[Name] };
    }[keyof DashboardJobEvents]
  | { readonly event: 'heartbeat' };

/** One who looks at the jobs of an account: those that have changed since he was told, and how to wake him. */
interface Reader {
  readonly changed: Map<string, JobRow | undefined>;
  wake(): void;
}

/** Those who look at the jobs of one account, and what they know of those that have not ended. */
interface Audience {
  readonly readers: Set<Reader>;
  readonly told: Map<string, string>;
}

export type JobFeed = ReturnType<typeof createJobFeed>;

/**
 * Tells the pages of an account what becomes of all of its jobs, on one connection a page. However many look, changes
 * come from the watch's one listener, one query reads all the jobs that were told of, and one now and then all that
 * are open, for the case that a notification was lost.
 */
export function createJobFeed(parts: {
  database: Database;
  watch: Pick<JobWatch, 'hear'>;
  dashboardJobs: Pick<DashboardJobsService, 'show'>;
  onError: (error: Error) => void;
  limits?: WaitingLimits;
  heartbeatMs?: number;
}) {
  const { database, watch, dashboardJobs, onError } = parts;
  const { limits = DEFAULT_LIMITS, heartbeatMs = HEARTBEAT_MS } = parts;
  const places = createWaitingPlaces(limits);
  const audiences = new Map<string, Audience>();
  /** The jobs to read, and whose they are. */
  const stale = new Map<string, string>();
  let allAreStale = false;
  let reading = false;
  let leaveWatch: (() => void) | undefined;

  function onChange(change?: JobChange): void {
    if (!change) allAreStale = true;
    else if (audiences.has(change.accountId)) stale.set(change.jobId, change.accountId);
    if (allAreStale || stale.size > 0) void read();
  }

  async function read(): Promise<void> {
    if (reading) return;
    reading = true;
    try {
      while (allAreStale || stale.size > 0) {
        if (allAreStale) await gatherOpen();
        await readStale();
      }
    } catch (error) {
      // The next round comes back to them.
      onError(error as Error);
    } finally {
      reading = false;
    }
  }

  /** What is open, and what was when somebody was told last: a change may have been missed of each. */
  async function gatherOpen(): Promise<void> {
    allAreStale = false;
    for (const [accountId, { told }] of audiences) {
      for (const id of told.keys()) stale.set(id, accountId);
    }
    for (const job of await listOpenJobs(database, [...audiences.keys()])) stale.set(job.id, job.account_id);
  }

  async function readStale(): Promise<void> {
    const asked = [...stale];
    stale.clear();
    if (asked.length === 0) return;
    const ids = asked.map(([id]) => id);
    const rows = new Map((await findJobs(database, ids)).map((row) => [row.id, row]));
    for (const [id, accountId] of asked) tell(accountId, id, rows.get(id));
  }

  function tell(accountId: string, id: string, job: JobRow | undefined): void {
    const audience = audiences.get(accountId);
    const gist = gistOf(job);
    if (!audience || audience.told.get(id) === gist) return;
    if (!job || isTerminal(job.status)) audience.told.delete(id);
    else audience.told.set(id, gist);
    for (const reader of audience.readers) {
      reader.changed.set(id, job);
      reader.wake();
    }
  }

  function join(accountId: string, reader: Reader): () => void {
    const audience = audiences.get(accountId) ?? { readers: new Set(), told: new Map() };
    audiences.set(accountId, audience);
    audience.readers.add(reader);
    leaveWatch ??= watch.hear(onChange);
    return () => {
      audience.readers.delete(reader);
      if (audience.readers.size === 0) audiences.delete(accountId);
      if (audiences.size > 0) return;
      leaveWatch?.();
      leaveWatch = undefined;
    };
  }

  async function eventOf([id, job]: [string, JobRow | undefined]): Promise<JobFeedEvent> {
    return job ? { event: 'job', data: await dashboardJobs.show(job) } : { event: 'gone', data: { id } };
  }

  async function* eventsOf(accountId: string, signal: AbortSignal): AsyncGenerator<JobFeedEvent> {
    let bell = Promise.withResolvers<void>();
    const wake = () => bell.resolve();
    const reader: Reader = { changed: new Map(), wake };
    // First: what changes while the whole is read comes after it.
    const leave = join(accountId, reader);
    signal.addEventListener('abort', wake);
    try {
      const open = await listOpenJobs(database, [accountId]);
      yield { event: 'open', data: { jobs: await Promise.all(open.map(dashboardJobs.show)) } };
      while (!signal.aborted) {
        const timer = setTimeout(wake, heartbeatMs);
        if (reader.changed.size === 0) await bell.promise;
        clearTimeout(timer);
        bell = Promise.withResolvers();
        const changed = [...reader.changed];
        reader.changed.clear();
        if (changed.length === 0 && !signal.aborted) yield { event: 'heartbeat' };
        for (const each of changed) yield await eventOf(each);
        await delay(TELL_EVERY_MS, undefined, { signal }).catch(() => undefined);
      }
    } finally {
      signal.removeEventListener('abort', wake);
      leave();
    }
  }

  return {
    /**
     * What becomes of an account's jobs: first all that are open, then each that changes, and a heartbeat every 15 s
     * without one. Who is slow to take them gets the newest only. Ends when the signal aborts, which the caller owes
     * when he stops taking.
     * @throws ApiError 429 when too many look already
     */
    events({ accountId, signal }: { accountId: string; signal: AbortSignal }): AsyncIterable<JobFeedEvent> {
      const release = places.take(accountId);
      // By the signal and not by the end of the events: those who never began to take them have gone, too.
      if (signal.aborted) release();
      else signal.addEventListener('abort', release, { once: true });
      return eventsOf(accountId, signal);
    },
  };
}
