import { sql } from 'kysely';

import type { Database } from '../../infra/database/schema.ts';

/** How a window stands after a use was counted. */
export interface CountedUse {
  readonly used: number;
  readonly resetsInMs: number;
}

/**
 * Counts so many uses in each of the windows, and opens those anew that have ended. One statement: counts at once, on
 * however many servers, happen one after the other, by the database's clock; in the order of the windows' names, so
 * that no two wait for each other. Answers with how each window stands after all of its uses.
 */
export async function countUses(
  db: Database,
  uses: ReadonlyMap<string, number>,
  windowMs: number,
): Promise<(CountedUse & { readonly window: string })[]> {
  const { rows } = await sql<{ key: string; used: number; resets_in_ms: number }>`
    insert into rate_limit_windows as counted (key, used, ends_at)
    select key, uses, statement_timestamp() + ${windowMs} * interval '1 millisecond'
    from unnest(${[...uses.keys()]}::text[], ${[...uses.values()]}::integer[]) as asked (key, uses)
    order by key
    on conflict (key) do update set
      used = excluded.used + case when counted.ends_at <= statement_timestamp() then 0 else counted.used end,
      ends_at = case when counted.ends_at <= statement_timestamp() then excluded.ends_at else counted.ends_at end
    returning key, used, extract(epoch from ends_at - statement_timestamp())::float8 * 1000 as resets_in_ms
  `.execute(db);
  return rows.map((row) => ({
    window: row.key,
    used: row.used,
    // Who waited for another's count may have begun before the window that the other opened.
    resetsInMs: Math.min(row.resets_in_ms, windowMs),
  }));
}

/** Removes windows that ended more than an hour ago; those that are just being counted in are left alone. */
export async function deleteEndedWindows(db: Database): Promise<void> {
  await sql`
    delete from rate_limit_windows where key in (
      select key from rate_limit_windows where ends_at < statement_timestamp() - interval '1 hour'
      for update skip locked
    )
  `.execute(db);
}
