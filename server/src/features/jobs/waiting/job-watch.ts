import type { Database, JobRow } from '../../../infra/database/schema.ts';
import type { SignalListener } from '../../../infra/database/signals.ts';
import { gistOf } from '../jobs.rules.ts';
import { findJobs } from '../jobs.store.ts';

/** The channel on which the database tells of each job that has changed: its id, a space, and its account's. */
const JOB_CHANNEL = 'icana_jobs';
const DEFAULT_POLL_MS = 5_000;

type OnState = (job: JobRow | undefined) => void;

interface Watcher {
  readonly jobId: string;
  readonly onState: OnState;
  /** What it was told last, as {@link gistOf} has it. */
  told: string | null;
}

/** That a job has changed, and whose it is. */
export interface JobChange {
  readonly jobId: string;
  readonly accountId: string;
}

/** Hears of a change, or of nothing in particular when any number of changes may have been missed. */
export type OnChange = (change?: JobChange) => void;

export type JobWatch = ReturnType<typeof createJobWatch>;

/**
 * Tells whoever waits for a job what becomes of it, whichever process changes it. However many wait, one connection
 * listens, one query reads all the jobs that were told of, and one poll reads all that are watched, for the case that
 * a notification was lost.
 */
export function createJobWatch(parts: {
  database: Database;
  listen: (channel: string, onSignal: (payload?: string) => void) => SignalListener;
  onError: (error: Error) => void;
  pollMs?: number;
}) {
  const { database, listen, onError, pollMs = DEFAULT_POLL_MS } = parts;
  const watchers = new Map<string, Set<Watcher>>();
  const hearers = new Set<OnChange>();
  const stale = new Set<string>();
  let reading = false;
  let listener: SignalListener | undefined;
  let timer: NodeJS.Timeout | undefined;

  async function read(): Promise<void> {
    if (reading) return;
    reading = true;
    try {
      while (stale.size > 0) {
        const ids = [...stale];
        stale.clear();
        const rows = new Map((await findJobs(database, ids)).map((row) => [row.id, row]));
        for (const id of ids) tell(id, rows.get(id));
      }
    } catch (error) {
      // The poll comes back to them.
      onError(error as Error);
    } finally {
      reading = false;
    }
  }

  function tell(jobId: string, job: JobRow | undefined): void {
    const gist = gistOf(job);
    for (const watcher of watchers.get(jobId) ?? []) {
      if (watcher.told === gist) continue;
      watcher.told = gist;
      watcher.onState(job);
    }
  }

  /** One job has changed, or any number of them. */
  function onSignal(payload?: string): void {
    const change = payload === undefined ? undefined : readChange(payload);
    if (!change) for (const each of watchers.keys()) stale.add(each);
    else if (watchers.has(change.jobId)) stale.add(change.jobId);
    if (stale.size > 0) void read();
    for (const hear of hearers) hear(change);
  }

  function attend(): void {
    listener ??= listen(JOB_CHANNEL, onSignal);
    timer ??= setInterval(onSignal, pollMs).unref();
  }

  function restIfAlone(): void {
    if (watchers.size > 0 || hearers.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  }

  function leave(watcher: Watcher): void {
    const others = watchers.get(watcher.jobId);
    if (!others?.delete(watcher) || others.size > 0) return;
    watchers.delete(watcher.jobId);
    restIfAlone();
  }

  return {
    /**
     * Calls back soon with the job as it is, and again whenever its status or progress has changed; with nothing when
     * it does not exist or was deleted.
     * @returns a function that ends it; the caller must call it
     */
    watch(jobId: string, onState: OnState): () => void {
      const watcher: Watcher = { jobId, onState, told: null };
      const others = watchers.get(jobId);
      if (others) others.add(watcher);
      else watchers.set(jobId, new Set([watcher]));
      attend();
      stale.add(jobId);
      void read();
      return () => leave(watcher);
    },

    /**
     * Calls back soon after any job of anybody has changed, and now and then without one, in case a change was missed.
     * @returns a function that ends it; the caller must call it
     */
    hear(onChange: OnChange): () => void {
      hearers.add(onChange);
      attend();
      return () => {
        hearers.delete(onChange);
        restIfAlone();
      };
    },

    /** How many are watching. */
    size: (): number => [...watchers.values()].reduce((sum, { size }) => sum + size, 0),

    async close(): Promise<void> {
      clearInterval(timer);
      await listener?.close();
    },
  };
}

function readChange(payload: string): JobChange {
  const [jobId = '', accountId = ''] = payload.split(' ');
  return { jobId, accountId };
}
