import { setTimeout as delay } from 'node:timers/promises';
import { isTerminal } from '@icana/contract';
import type { DashboardJobEvents } from '@icana/contract/app';

import type { Database, JobRow } from '../../../infra/database/schema.ts';
import { createBell } from '../../../lib/bell.ts';
import type { DashboardJobsService } from '../dashboard-jobs.ts';
import type { JobChange, JobWatch } from './job-watch.ts';
import { gistOf } from '../jobs.rules.ts';
import { findJobs, listOpenJobs } from '../jobs.store.ts';
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

/** One who looks at the jobs of an account. */
interface Reader {
  /** What he knows of each job that has not ended, as {@link gistOf} has it. */
  readonly knows: Map<string, string>;
  /** Those that have changed since he took the last. */
  readonly changed: Map<string, JobRow | undefined>;
  wake(): void;
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
  const audiences = new Map<string, Set<Reader>>();
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
    for (const [accountId, readers] of audiences) {
      for (const { knows } of readers) for (const id of knows.keys()) stale.set(id, accountId);
    }
    if (audiences.size === 0) return;
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
    for (const reader of audiences.get(accountId) ?? []) {
      if (reader.knows.get(id) === gistOf(job)) continue;
      learn(reader, id, job);
      reader.changed.set(id, job);
      reader.wake();
    }
  }

  function learn({ knows }: Reader, id: string, job: JobRow | undefined): void {
    if (!job || isTerminal(job.status)) knows.delete(id);
    else knows.set(id, gistOf(job));
  }

  function join(accountId: string, reader: Reader): () => void {
    const readers = audiences.get(accountId) ?? new Set();
    audiences.set(accountId, readers.add(reader));
    leaveWatch ??= watch.hear(onChange);
    return () => {
      readers.delete(reader);
      if (readers.size === 0) audiences.delete(accountId);
      if (audiences.size > 0) return;
      leaveWatch?.();
      leaveWatch = undefined;
    };
  }

  /** All that is open, to one who has just joined: what has changed since then he is told after this. */
  async function tellOpen(accountId: string, reader: Reader): Promise<JobFeedEvent> {
    const open = await listOpenJobs(database, [accountId]);
    for (const job of open) if (!reader.changed.has(job.id)) learn(reader, job.id, job);
    return { event: 'jobs', data: { jobs: await Promise.all(open.map(dashboardJobs.show)) } };
  }

  async function eventOf([id, job]: [string, JobRow | undefined]): Promise<JobFeedEvent> {
    return job ? { event: 'job', data: await dashboardJobs.show(job) } : { event: 'gone', data: { id } };
  }

  async function* eventsOf(accountId: string, signal: AbortSignal): AsyncGenerator<JobFeedEvent> {
    const { ring: wake, heard } = createBell();
    const reader: Reader = { knows: new Map(), changed: new Map(), wake };
    const leave = join(accountId, reader);
    signal.addEventListener('abort', wake);
    try {
      yield await tellOpen(accountId, reader);
      while (!signal.aborted) {
        const isRung = await heard(heartbeatMs);
        const changed = [...reader.changed];
        reader.changed.clear();
        if (!isRung && changed.length === 0) yield { event: 'heartbeat' };
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
     * without one. A slow reader gets the newest state only. Ends when the signal aborts, which the caller must see
     * to when he stops reading.
     * @throws ApiError 429 when too many look already
     */
    events({ accountId, signal }: { accountId: string; signal: AbortSignal }): AsyncIterable<JobFeedEvent> {
      const release = places.take(accountId);
      // By the signal and not by the end of the events: a reader who never began to take them may have gone, too.
      if (signal.aborted) release();
      else signal.addEventListener('abort', release, { once: true });
      return eventsOf(accountId, signal);
    },
  };
}
