import { sql } from 'kysely';

import type { Database } from '../../infra/database/schema.ts';

/** How a window stands after a use was counted. */
export interface CountedUse {
  readonly used: number;
  readonly resetsInMs: number;
}

/**
 * Counts a use of each of the windows, as often as it is named and in that order, and opens those anew that have ended.
 * One statement: counts at once, on however many servers, happen one after the other, by the database's clock; in the
 * order of the windows' names, so that no two wait for each other.
 */
export async function countUses(
  db: Database,
  windows: readonly string[],
  windowMs: number,
): Promise<CountedUse[]> {
  const { rows } = await sql<{ key: string; used: number; resets_in_ms: number }>`
    insert into rate_limit_windows as counted (key, used, ends_at)
    select key, count(*), statement_timestamp() + ${windowMs} * interval '1 millisecond'
    from unnest(${windows}::text[]) as asked (key)
    group by key
    order by key
    on conflict (key) do update set
      used = excluded.used + case when counted.ends_at <= statement_timestamp() then 0 else counted.used end,
      ends_at = case when counted.ends_at <= statement_timestamp() then excluded.ends_at else counted.ends_at end
    returning key, used, extract(epoch from ends_at - statement_timestamp())::float8 * 1000 as resets_in_ms
  `.execute(db);
  return inTurn(windows, new Map(rows.map((row) => [row.key, row])), windowMs);
}

/** Who of a window's users came first, second and so on, told from how the window stands after all of them. */
function inTurn(
  windows: readonly string[],
  after: ReadonlyMap<string, { used: number; resets_in_ms: number }>,
  windowMs: number,
): CountedUse[] {
  const yetToCome = Map.groupBy(windows, (window) => window);
  return windows.map((window) => {
    const row = after.get(window);
    const others = yetToCome.get(window);
    if (!row || !others?.pop()) throw new Error('The rate limit statement left a window out.');
    return {
      used: row.used - others.length,
      // Who waited for another's count may have begun before the window that the other opened.
      resetsInMs: Math.min(row.resets_in_ms, windowMs),
    };
  });
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
