import type { Database } from '../../infra/database/schema.ts';
import { jointly } from '../../lib/jointly.ts';
import { countUses, deleteEndedWindows } from './rate-limits.store.ts';

/** What is counted apart: submissions, all other requests, and requests with a bad key (by address). */
type LimitClass = 'submit' | 'request' | 'bad-key';

/** How many requests of each class a window allows. */
type Limits<Class extends string> = Readonly<Record<Class, number>>;

/** The outcome of a request's count, as the RateLimit headers tell it. */
export interface LimitDecision {
  readonly allowed: boolean;
  readonly limit: number;
  readonly remaining: number;
  /** Whole seconds until the window ends, rounded up: after that many seconds a retry is counted anew. */
  readonly resetSeconds: number;
}

export type RateLimits = ReturnType<typeof createRateLimits<LimitClass>>;

/** Fixed windows that open with the first request, counted in the database that all servers share. */
export function createRateLimits<Class extends string>(parts: {
  database: Database;
  limits: Limits<Class>;
  windowMs: number;
}) {
  const { database, limits, windowMs } = parts;
  const countIn = jointly((windows: readonly string[]) => countUses(database, windows, windowMs));
  return {
    /**
     * Counts one request and says whether its limit allows it.
     *
     * @param subject a key's id or an address
     * @param ownLimit the subject's own limit; null or left out: the deployment's
     */
    async count(request: {
      limitClass: Class;
      subject: string;
      ownLimit?: number | null;
    }): Promise<LimitDecision> {
      const { limitClass, subject, ownLimit } = request;
      const limit = ownLimit ?? limits[limitClass];
      const { used, resetsInMs } = await countIn(`${limitClass}:${subject}`);
      return {
        allowed: used <= limit,
        limit,
        remaining: Math.max(0, limit - used),
        resetSeconds: Math.max(1, Math.ceil(resetsInMs / 1000)),
      };
    },

    /** Drops counters that ended long ago; run it now and then. */
    sweep: async (): Promise<void> => await deleteEndedWindows(database),
  };
}
