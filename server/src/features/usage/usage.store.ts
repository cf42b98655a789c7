import { sql } from 'kysely';

import type { Database } from '../../infra/database/schema.ts';

export interface JobTotals {
  readonly jobs: number;
  readonly completed: number;
  readonly failed: number;
  readonly audioMs: number;
  readonly chargedMicroAud: number;
}

export interface DayTotals {
  /** `YYYY-MM-DD`, UTC. */
  readonly date: string;
  readonly jobs: number;
  readonly audioMs: number;
  readonly chargedMicroAud: number;
}

/** Sums over all of an account's jobs. Audio and cost are those of completed jobs: others have neither. */
export async function sumJobs(db: Database, accountId: string): Promise<JobTotals> {
  const { rows } = await sql<JobTotals>`
    select count(*) as jobs,
           count(*) filter (where status = 'completed') as completed,
           count(*) filter (where status = 'failed') as failed,
           coalesce(sum(decoded_duration_ms), 0)::bigint as "audioMs",
           coalesce(sum(charged_micro_aud), 0)::bigint as "chargedMicroAud"
    from jobs where account_id = ${accountId}
  `.execute(db);
  const [totals] = rows;
  if (!totals) throw new Error('A sum without a row.');
  return totals;
}

/** The same by the UTC day of submission, one row for each of the last `days` days up to `today`, oldest first. */
export async function sumJobsByDay(
  db: Database,
  wanted: { accountId: string; today: string; days: number },
): Promise<DayTotals[]> {
  const { accountId, today, days } = wanted;
  const { rows } = await sql<DayTotals>`
    select day::date as date,
           count(jobs.id) as jobs,
           coalesce(sum(decoded_duration_ms), 0)::bigint as "audioMs",
           coalesce(sum(charged_micro_aud), 0)::bigint as "chargedMicroAud"
    from generate_series(${today}::timestamp - (${days} - 1) * interval '1 day', ${today}::timestamp, '1 day') as day
    left join jobs on account_id = ${accountId}
      and created_at >= day at time zone 'UTC' and created_at < (day + interval '1 day') at time zone 'UTC'
    group by day order by day
  `.execute(db);
  return rows;
}
