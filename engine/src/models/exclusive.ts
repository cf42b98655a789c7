import { setTimeout as sleep } from 'node:timers/promises';
import { lock } from 'proper-lockfile';

/** A holder that has not touched its lock for this long is dead, and the next in line takes over. */
const STALE_MS = 5_000;
const TOUCH_MS = 1_000;
const POLL_MS = 200;

export interface Exclusive {
  /** Path of the lock, a folder that exists while somebody holds it. */
  readonly lockPath: string;
  readonly signal?: AbortSignal | undefined;
  /** Called once, when another process turns out to hold the lock. */
  readonly onWait?: (() => void) | undefined;
}

/**
 * Runs `work` while no other process on this store does. The signal given to `work` fires when the caller's does,
 * and also when the lock was lost to another process because this one slept too long.
 */
export async function exclusively<T>(
  { lockPath, signal, onWait }: Exclusive,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const lost = new AbortController();
  const release = await acquire(lockPath, { signal, onWait, onLost: (error) => lost.abort(error) });
  try {
    return await work(signal ? AbortSignal.any([signal, lost.signal]) : lost.signal);
  } finally {
    if (!lost.signal.aborted) await release();
  }
}

interface Waiting {
  readonly signal: AbortSignal | undefined;
  readonly onWait: (() => void) | undefined;
  readonly onLost: (error: Error) => void;
}

async function acquire(lockPath: string, { signal, onWait, onLost }: Waiting) {
  let announce = onWait;
  for (;;) {
    try {
      return await lock(lockPath, {
        lockfilePath: lockPath,
        realpath: false,
        stale: STALE_MS,
        update: TOUCH_MS,
        onCompromised: onLost,
      });
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'ELOCKED')) throw error;
      announce?.();
      announce = undefined;
      await sleep(POLL_MS, undefined, { signal });
    }
  }
}
