import type { AccountStatus } from '@icana/contract';
import type { Insertable, Selectable } from 'kysely';

import type { ApiKeysTable, Database } from '../../infra/database/schema.ts';

export type ApiKeyRow = Selectable<ApiKeysTable>;

/** An unrevoked key and its owner, as the check of every request needs them. */
export interface KeyAndOwner {
  readonly id: string;
  readonly account_id: string;
  readonly account_status: AccountStatus;
  readonly rate_limit_submit: number | null;
  readonly rate_limit_request: number | null;
  readonly digest: Buffer;
  readonly last_used_at: Date | null;
}

export async function findUsableKey(db: Database, digest: Buffer): Promise<KeyAndOwner | undefined> {
  return await db
    .selectFrom('api_keys')
    .innerJoin('accounts', 'accounts.id', 'api_keys.account_id')
    .select([
      'api_keys.id',
      'account_id',
      'accounts.status as account_status',
      'rate_limit_submit',
      'rate_limit_request',
      'digest',
      'last_used_at',
    ])
    .where('digest', '=', digest)
    .where('revoked_at', 'is', null)
    .executeTakeFirst();
}

/** Makes concurrent creations for one account wait for each other until the transaction ends; answers with its status. */
export async function lockKeysOf(db: Database, accountId: string): Promise<AccountStatus> {
  const { status } = await db
    .selectFrom('accounts')
    .select('status')
    .where('id', '=', accountId)
    .forNoKeyUpdate()
    .executeTakeFirstOrThrow();
  return status;
}

export async function countUnrevokedKeys(db: Database, accountId: string): Promise<number> {
  const { count } = await db
    .selectFrom('api_keys')
    .select((row) => row.fn.countAll<number>().as('count'))
    .where('account_id', '=', accountId)
    .where('revoked_at', 'is', null)
    .executeTakeFirstOrThrow();
  return count;
}

export async function insertKey(db: Database, key: Insertable<ApiKeysTable>): Promise<void> {
  await db.insertInto('api_keys').values(key).execute();
}

export async function listKeys(db: Database, accountId: string): Promise<ApiKeyRow[]> {
  return await db
    .selectFrom('api_keys')
    .selectAll()
    .where('account_id', '=', accountId)
    .orderBy('created_at')
    .orderBy('id')
    .execute();
}

/** Revokes the key unless it is revoked already, and answers whether it did. */
export async function markRevoked(db: Database, key: { id: string; at: Date }): Promise<boolean> {
  const result = await db
    .updateTable('api_keys')
    .set({ revoked_at: key.at })
    .where('id', '=', key.id)
    .where('revoked_at', 'is', null)
    .executeTakeFirst();
  return result.numUpdatedRows === 1n;
}

/** Revokes all keys of an account, and forgets what people called them and where they were used. */
export async function eraseKeys(db: Database, accountId: string, at: Date): Promise<void> {
  await db
    .updateTable('api_keys')
    .set((row) => ({
      name: 'erased',
      last_used_address: null,
      revoked_at: row.fn.coalesce('revoked_at', row.val(at)),
    }))
    .where('account_id', '=', accountId)
    .execute();
}

export async function markUsed(db: Database, use: { id: string; at: Date; address: string }): Promise<void> {
  await db
    .updateTable('api_keys')
    .set({ last_used_at: use.at, last_used_address: use.address })
    .where('id', '=', use.id)
    .execute();
}
