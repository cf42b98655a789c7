import { setTimeout as delay } from 'node:timers/promises';
import { DatabaseError } from 'pg';

/** A server that restarts, fails over or is cut off for a moment is there again within this. */
const TRIES = 30;
const PAUSE_MS = 1_000;

/** Classes of SQLSTATE that say nothing of the statement: connection lost, resources used up, server going or coming. */
const PASSING = /^(08|53|57P)/;

const refused = (error: unknown): boolean =>
  error instanceof DatabaseError && !PASSING.test(error.code ?? '');

/**
 * Writes down what must not be lost because the database is away at that moment: tried again for half a minute. What
 * `write` does may be done more than once, because a commit whose answer was lost looks like one that failed.
 *
 * @throws what the last try threw, or at once what the database itself refused
 */
export async function persistently<Result>(write: () => Promise<Result>): Promise<Result> {
  for (let tries = 1; ; tries++) {
    try {
      return await write();
    } catch (error) {
      if (tries === TRIES || refused(error)) throw error;
      await delay(PAUSE_MS);
    }
  }
}
