import type { AccountStatus } from '@icana/contract';
import { sql, type Selectable } from 'kysely';

import type { AccountsTable, Database } from '../../infra/database/schema.ts';

export type AccountRow = Selectable<AccountsTable>;

/** Makes the account unless its address has one already: then nothing happens and the answer is false. */
export async function insertAccount(
  db: Database,
  account: {
    id: string;
    email: string;
    status: AccountStatus;
    created_at: Date;
    welcomed_email_digest: Buffer;
  },
): Promise<boolean> {
  const result = await db
    .insertInto('accounts')
    .values(account)
    .onConflict((conflict) => conflict.column('email').doNothing())
    .executeTakeFirst();
  return result.numInsertedOrUpdatedRows === 1n;
}

export async function findAccountByEmail(db: Database, email: string): Promise<AccountRow | undefined> {
  return await db.selectFrom('accounts').selectAll().where('email', '=', email).executeTakeFirst();
}

export async function readAccount(db: Database, id: string): Promise<AccountRow> {
  return await db.selectFrom('accounts').selectAll().where('id', '=', id).executeTakeFirstOrThrow();
}

export async function listAccounts(db: Database): Promise<AccountRow[]> {
  return await db.selectFrom('accounts').selectAll().orderBy('created_at').orderBy('id').execute();
}

/** Changes the status if it still is one of `from`; answers whether it was. */
export async function changeAccountStatus(
  db: Database,
  change: { id: string; from: readonly AccountStatus[]; to: AccountStatus },
): Promise<boolean> {
  const result = await db
    .updateTable('accounts')
    .set({ status: change.to })
    .where('id', '=', change.id)
    .where('status', 'in', change.from)
    .executeTakeFirst();
  return result.numUpdatedRows === 1n;
}

/** What can be set of an account; what is left out stays. */
export type AccountSettingsChange = Partial<
  Pick<AccountRow, 'rate_limit_submit' | 'rate_limit_request' | 'time_zone' | 'is_operator'>
>;

export async function changeAccountSettings(
  db: Database,
  id: string,
  change: AccountSettingsChange,
): Promise<void> {
  await db.updateTable('accounts').set(change).where('id', '=', id).execute();
}

/** Closes an account for good, once; in place of its address it gets one that is nobody's. Answers whether it did. */
export async function eraseAccount(db: Database, { id, at }: { id: string; at: Date }): Promise<boolean> {
  const email = `closed-${id}@invalid`;
  const result = await db
    .updateTable('accounts')
    .set({ status: 'closed', email, erased_at: at, is_operator: false })
    .where('id', '=', id)
    .where('erased_at', 'is', null)
    .executeTakeFirst();
  return result.numUpdatedRows === 1n;
}

/** Of accounts that are opened at once with addresses of a mailbox, the second waits until it can see the first. */
export async function lockWelcome(trx: Database, emailDigest: Buffer): Promise<void> {
  await sql`select pg_advisory_xact_lock(${emailDigest.readBigInt64BE()})`.execute(trx);
}

/** Whether another account was opened with an address of the mailbox, whichever it has since, and be it closed. */
export async function wasWelcomedBefore(
  db: Database,
  { id, emailDigest }: { id: string; emailDigest: Buffer },
): Promise<boolean> {
  const row = await db
    .selectFrom('accounts')
    .select('id')
    .where('welcomed_email_digest', '=', emailDigest)
    .where('id', '<>', id)
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}

/** The time zone as the database spells it, in whatever case it is asked for; null when it knows none of that name. */
export async function findTimeZone(db: Database, name: string): Promise<string | null> {
  const { rows } = await sql<{ name: string }>`
    select name from pg_timezone_names where lower(name) = lower(${name})
  `.execute(db);
  return rows[0]?.name ?? null;
}
