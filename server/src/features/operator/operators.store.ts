import type { AccountStatus, JobStatus } from '@icana/contract';

import type { Database } from '../../infra/database/schema.ts';

interface Standing {
  readonly id: string;
  readonly status: AccountStatus;
  readonly is_operator: boolean;
}

/** The accounts as they are, which nobody else can change until the transaction ends. In order, so that no two wait for each other. */
export async function lockStandings(db: Database, ids: readonly string[]): Promise<Standing[]> {
  return await db
    .selectFrom('accounts')
    .select(['id', 'status', 'is_operator'])
    .where('id', 'in', ids)
    .orderBy('id')
    .forNoKeyUpdate()
    .execute();
}

/** A job with whose it is, unless its owner has erased it. */
export async function findJobOwner(
  db: Database,
  id: string,
): Promise<{ id: string; account_id: string; status: JobStatus } | undefined> {
  return await db
    .selectFrom('jobs')
    .select(['id', 'account_id', 'status'])
    .where('id', '=', id)
    .where('erased_at', 'is', null)
    .executeTakeFirst();
}
