import type { Insertable } from 'kysely';

import type { Database, OperatorActionRow, Schema } from '../../infra/database/schema.ts';

export type NewOperatorAction = Insertable<Schema['operator_actions']>;

export async function insertAction(db: Database, action: NewOperatorAction): Promise<void> {
  await db.insertInto('operator_actions').values(action).execute();
}

/** Up to `limit` actions, newest first, of all that were before `before`. */
export async function listActions(
  db: Database,
  wanted: { accountId?: string | undefined; before: number | null; limit: number },
): Promise<OperatorActionRow[]> {
  const { accountId, before, limit } = wanted;
  let query = db.selectFrom('operator_actions').selectAll();
  if (accountId !== undefined) query = query.where('account_id', '=', accountId);
  if (before !== null) query = query.where('id', '<', before);
  return await query.orderBy('id', 'desc').limit(limit).execute();
}
