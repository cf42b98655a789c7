import { OPEN_STATUSES } from '@icana/contract';
import { sql } from 'kysely';

import type { Database, JobRow } from '../../infra/database/schema.ts';

/** Sums over jobs. Audio and cost are those of completed ones: others have neither. */
export interface JobSums {
  readonly jobs: number;
  readonly failed: number;
  readonly audioMs: number;
  /** What was charged less what was refunded. */
  readonly costMicroAud: number;
}

export interface JobTotals extends JobSums {
  readonly completed: number;
}

export interface DayTotals extends JobSums {
  /** `YYYY-MM-DD`, in the account's time zone. */
  readonly date: string;
}

/** {@link JobSums} in SQL; without jobs all are zero. */
const SUMS = sql`
  count(jobs.id) as jobs,
  count(jobs.id) filter (where jobs.status = 'failed') as failed,
  coalesce(sum(decoded_duration_ms), 0)::bigint as "audioMs",
  coalesce(sum(charged_micro_aud - refunded_micro_aud), 0)::bigint as "costMicroAud"`;

/** Midnight of the day that `now` is in, on a wall in an account's time zone. */
const startOfToday = (now: Date) => sql`date_trunc('day', ${now}::timestamptz at time zone time_zone)`;

/** Over all of an account's jobs. */
export async function sumJobs(db: Database, accountId: string): Promise<JobTotals> {
  const { rows } = await sql<JobTotals>`
    select ${SUMS}, count(*) filter (where status = 'completed') as completed
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
  const today = startOfToday(now);
  const { rows } = await sql<DayTotals>`
    select day::date as date, ${SUMS}
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

/** The same by the key that sent them, the most audio first; null is the dashboard, which sends without a key. */
export async function sumJobsByKey(
  db: Database,
  { accountId, since, until }: Period,
): Promise<(JobSums & { readonly keyId: string | null })[]> {
  const { rows } = await sql<JobSums & { readonly keyId: string | null }>`
    select api_key_id as "keyId", ${SUMS}
    from jobs where account_id = ${accountId} and created_at >= ${since} and created_at < ${until}
    group by api_key_id order by "audioMs" desc, jobs desc, api_key_id
  `.execute(db);
  return rows;
}

/** How long the recordings of an account take, from their first byte to their transcript. */
export interface Pace {
  readonly running: number;
  /** The running job that began first. */
  readonly longest: Pick<JobRow, 'id' | 'original_filename' | 'status' | 'created_at'> | null;
  /** Of the jobs that were submitted in the period. */
  readonly completed: number;
  readonly slowestMs: number | null;
}

export async function findPace(db: Database, { accountId, since, until }: Period): Promise<Pace> {
  const running = await db
    .selectFrom('jobs')
    .select(['id', 'original_filename', 'status', 'created_at'])
    .select((row) => row.fn.countAll<number>().over().as('running'))
    .where('account_id', '=', accountId)
    .where('status', 'in', OPEN_STATUSES)
    .orderBy('created_at')
    .limit(1)
    .executeTakeFirst();
  const { rows } = await sql<Pick<Pace, 'completed' | 'slowestMs'>>`
    select count(*) as completed, (extract(epoch from max(completed_at - created_at)) * 1000)::bigint as "slowestMs"
    from jobs where account_id = ${accountId} and status = 'completed'
      and created_at >= ${since} and created_at < ${until}
  `.execute(db);
  const ended = rows[0] ?? { completed: 0, slowestMs: null };
  return { running: running?.running ?? 0, longest: running ?? null, ...ended };
}

/** Whole days of an account, as its time zone has them: from the first midnight up to the last. */
export interface Period {
  readonly accountId: string;
  readonly since: Date;
  readonly until: Date;
  readonly timeZone: string;
}

/** The last `days` days of an account up to the one that `now` is in. */
export async function findPeriod(
  db: Database,
  wanted: { accountId: string; now: Date; days: number },
): Promise<Period> {
  const { accountId, now, days } = wanted;
  const { rows } = await sql<Period>`
    select id as "accountId", time_zone as "timeZone",
           (${startOfToday(now)} - (${days} - 1) * interval '1 day') at time zone time_zone as since,
           (${startOfToday(now)} + interval '1 day') at time zone time_zone as until
    from accounts where id = ${accountId}
  `.execute(db);
  const [period] = rows;
  if (!period) throw new Error('An account without a row.');
  return period;
}
