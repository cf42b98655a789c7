import { sql } from 'kysely';

import type { Database } from '../../infra/database/schema.ts';

/** An account whose balance has fallen below what its owner wants to hear of. */
export interface LowBalance {
  readonly accountId: string;
  readonly email: string;
  readonly availableMicroAud: number;
  readonly lowBalanceMicroAud: number;
}

export async function findLowBalanceLimit(db: Database, accountId: string): Promise<number | null> {
  const { low_balance_micro_aud: limit } = await db
    .selectFrom('accounts')
    .select('low_balance_micro_aud')
    .where('id', '=', accountId)
    .executeTakeFirstOrThrow();
  return limit;
}

/** Changes the limit. A balance that is below it already has not fallen below: nothing is told of it. */
export async function changeLowBalanceLimit(
  db: Database,
  change: { accountId: string; lowBalanceMicroAud: number | null },
): Promise<void> {
  const { accountId, lowBalanceMicroAud } = change;
  await sql`
    update accounts
    set low_balance_micro_aud = ${lowBalanceMicroAud}::bigint,
        low_balance_notice = case when available_micro_aud >= ${lowBalanceMicroAud}::bigint then 'waiting' else 'given' end
    where id = ${accountId}
  `.execute(db);
}

/**
 * Takes up to `limit` notices that are due, as given once the transaction commits: each is taken by one, however many
 * ask at once. Owners of accounts that are closed or suspended are not told.
 */
export async function takeDueNotices(db: Database, limit: number): Promise<LowBalance[]> {
  const { rows } = await sql<LowBalance & { active: boolean }>`
    update accounts set low_balance_notice = 'given'
    where id in (
      select id from accounts where low_balance_notice = 'due' order by id limit ${limit} for no key update skip locked)
    returning id as "accountId", email, available_micro_aud as "availableMicroAud",
              low_balance_micro_aud as "lowBalanceMicroAud", status = 'active' as active
  `.execute(db);
  return rows.filter(({ active }) => active);
}
