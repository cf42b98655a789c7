import type { Database } from '../../infra/database/schema.ts';
import { countUses, type CountedUse } from './rate-limits.store.ts';

interface Waiting {
  readonly window: string;
  readonly resolve: (counted: CountedUse) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Counts uses of windows, each in the order of arrival. While one statement is under way, those who come wait for the
 * next and are counted by it together: a busy server counts hundreds of requests with a few statements, an idle one
 * each at once, and the count that servers share stays exact.
 */
export function createJointCounts({ database, windowMs }: { database: Database; windowMs: number }) {
  let waiting: Waiting[] = [];
  let counting = false;

  async function countWaiting(): Promise<void> {
    counting = true;
    while (waiting.length > 0) {
      const together = waiting;
      waiting = [];
      await countTogether(together);
    }
    counting = false;
  }

  async function countTogether(together: readonly Waiting[]): Promise<void> {
    const byWindow = Map.groupBy(together, ({ window }) => window);
    const uses = new Map([...byWindow].map(([window, { length }]) => [window, length]));
    try {
      const counted = await countUses(database, uses, windowMs);
      for (const { window, used, resetsInMs } of counted) {
        const users = byWindow.get(window) ?? [];
        const before = used - users.length;
        users.forEach(({ resolve }, index) => resolve({ used: before + index + 1, resetsInMs }));
      }
    } catch (error) {
      for (const { reject } of together) reject(error);
    }
  }

  /** Counts one more use of the window. */
  return async (window: string): Promise<CountedUse> =>
    await new Promise((resolve, reject) => {
      waiting.push({ window, resolve, reject });
      if (!counting) void countWaiting();
    });
}
