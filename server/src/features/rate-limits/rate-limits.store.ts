import { sql } from 'kysely';

import type { Database } from '../../infra/database/schema.ts';

/** A counting window after one more use was counted. */
export interface CountedUse {
  readonly used: number;
  readonly resetsInMs: number;
}

/**
 * Counts one use in the key's window and opens a new one where the last has ended. One statement: callers at once,
 * on however many servers, are counted one after the other, by the database's clock.
 */
export async function countUse(db: Database, key: string, windowMs: number): Promise<CountedUse> {
  const newEnd = sql`statement_timestamp() + ${windowMs} * interval '1 millisecond'`;
  const { rows } = await sql<{ used: number; resets_in_ms: number }>`
    insert into rate_limit_windows as counted (key, used, ends_at)
    values (${key}, 1, ${newEnd})
    on conflict (key) do update set
      used = case when counted.ends_at <= statement_timestamp() then 1 else counted.used + 1 end,
      ends_at = case when counted.ends_at <= statement_timestamp() then ${newEnd} else counted.ends_at end
    returning used, extract(epoch from ends_at - statement_timestamp())::float8 * 1000 as resets_in_ms
  `.execute(db);
  const [row] = rows;
  if (!row) throw new Error('The rate limit statement returned no row.');
  return { used: row.used, resetsInMs: row.resets_in_ms };
}

/** Removes windows that ended more than an hour ago. */
export async function deleteEndedWindows(db: Database): Promise<void> {
  await sql`delete from rate_limit_windows where ends_at < statement_timestamp() - interval '1 hour'`.execute(
    db,
  );
}
