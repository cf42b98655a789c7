import { sql } from 'kysely';

import type { Database } from '../../infra/database/schema.ts';

export interface JobTotals {
  readonly jobs: number;
  readonly completed: number;
  readonly failed: number;
  readonly audioMs: number;
  /** What was charged less what was refunded. */
  readonly costMicroAud: number;
}

export interface DayTotals {
  /** `YYYY-MM-DD`, in the account's time zone. */
  readonly date: string;
  readonly jobs: number;
  readonly audioMs: number;
  readonly costMicroAud: number;
}

/** Sums over all of an account's jobs. Audio and cost are those of completed jobs: others have neither. */
export async function sumJobs(db: Database, accountId: string): Promise<JobTotals> {
  const { rows } = await sql<JobTotals>`
    select count(*) as jobs,
           count(*) filter (where status = 'completed') as completed,
           count(*) filter (where status = 'failed') as failed,
           coalesce(sum(decoded_duration_ms), 0)::bigint as "audioMs",
           coalesce(sum(charged_micro_aud - refunded_micro_aud), 0)::bigint as "costMicroAud"
    from jobs where account_id = ${accountId}
  `.execute(db);
  const [totals] = rows;
  if (!totals) throw new Error('A sum without a row.');
  return totals;
}

/**
 * The same by the day of submission, a row for each of the last `days` days up to the one that `now` is in, oldest
 * first. Days are those of the account's time zone: they begin when a clock on a wall there shows midnight, and where
 * it is put forward or back they have 23 or 25 hours. What a job cost belongs to the day that counts the job,
 * whenever it was settled or refunded.
 */
export async function sumJobsByDay(
  db: Database,
  wanted: { accountId: string; now: Date; days: number },
): Promise<DayTotals[]> {
  const { accountId, now, days } = wanted;
  const today = sql`date_trunc('day', ${now}::timestamptz at time zone time_zone)`;
  const { rows } = await sql<DayTotals>`
    select day::date as date,
           count(jobs.id) as jobs,
           coalesce(sum(decoded_duration_ms), 0)::bigint as "audioMs",
           coalesce(sum(charged_micro_aud - refunded_micro_aud), 0)::bigint as "costMicroAud"
    from accounts
    cross join generate_series(${today} - (${days} - 1) * interval '1 day', ${today}, '1 day') as day
    left join jobs on jobs.account_id = accounts.id
      and jobs.created_at >= day at time zone time_zone
      and jobs.created_at < (day + interval '1 day') at time zone time_zone
    where accounts.id = ${accountId}
    group by day order by day
  `.execute(db);
  return rows;
}
