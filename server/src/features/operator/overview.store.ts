import { ACCOUNT_STATUSES, type AccountStatus } from '@icana/contract';
import { sql } from 'kysely';

import type { Database } from '../../infra/database/schema.ts';

export async function countAccounts(db: Database): Promise<Record<AccountStatus, number>> {
  const rows = await db
    .selectFrom('accounts')
    .select((row) => ['status', row.fn.countAll<number>().as('count')] as const)
    .groupBy('status')
    .execute();
  const counted = new Map(rows.map(({ status, count }) => [status, count]));
  const counts = ACCOUNT_STATUSES.map((status) => [status, counted.get(status) ?? 0]);
  return Object.fromEntries(counts) as Record<AccountStatus, number>;
}

/** How the jobs ended that were submitted within the last 24 hours. */
export async function sumLastDay(
  db: Database,
): Promise<{ completed: number; failed: number; audioMs: number }> {
  const { rows } = await sql<{ completed: number; failed: number; audioMs: number }>`
    select count(*) filter (where status = 'completed') as completed,
           count(*) filter (where status = 'failed') as failed,
           coalesce(sum(decoded_duration_ms), 0)::bigint as "audioMs"
    from jobs where created_at > now() - interval '1 day'
  `.execute(db);
  const [sums] = rows;
  if (!sums) throw new Error('Sums without a row.');
  return sums;
}

/** When the job was made that has not ended for longest. The statuses are spelled out as in the index `jobs_open`. */
export async function findOldestOpen(db: Database): Promise<Date | null> {
  const { rows } = await sql<{ oldest: Date | null }>`
    select min(created_at) as oldest from jobs where status in ('uploading', 'pending', 'processing')
  `.execute(db);
  return rows[0]?.oldest ?? null;
}
