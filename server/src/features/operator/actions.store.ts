import type { Insertable } from 'kysely';

import type { Database, OperatorActionRow as Row, Schema } from '../../infra/database/schema.ts';

/** An action, with the address that its account has now. */
export type OperatorActionRow = Row & { readonly email: string | null };
export type NewOperatorAction = Insertable<Schema['operator_actions']>;

/** @returns false when there is an action of the same change already; one that is just being written is waited for */
export async function insertAction(db: Database, action: NewOperatorAction): Promise<boolean> {
  const inserted = await db
    .insertInto('operator_actions')
    .values(action)
    .onConflict((conflict) => conflict.column('change_id').doNothing())
    .returning('id')
    .executeTakeFirst();
  return inserted !== undefined;
}

export async function findActionOfChange(db: Database, changeId: string): Promise<Row | undefined> {
  return await db
    .selectFrom('operator_actions')
    .selectAll()
    .where('change_id', '=', changeId)
    .executeTakeFirst();
}

/** Up to `limit` actions, newest first, of all that were before `before`. */
export async function listActions(
  db: Database,
  wanted: { accountId?: string | undefined; before: number | null; limit: number },
): Promise<OperatorActionRow[]> {
  const { accountId, before, limit } = wanted;
  let query = db
    .selectFrom('operator_actions')
    .leftJoin('accounts', 'accounts.id', 'account_id')
    .selectAll('operator_actions')
    .select('accounts.email');
  if (accountId !== undefined) query = query.where('account_id', '=', accountId);
  if (before !== null) query = query.where('operator_actions.id', '<', before);
  return await query.orderBy('operator_actions.id', 'desc').limit(limit).execute();
}
