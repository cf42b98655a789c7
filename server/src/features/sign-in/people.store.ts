import { sql } from 'kysely';

import type { Database } from '../../infra/database/schema.ts';
import { newId } from '../../lib/ids.ts';

/** How the library calls the way in by password. */
const PASSWORD = 'credential';

export interface PersonRow {
  readonly id: string;
  readonly account_id: string;
  readonly email: string;
  readonly email_verified: boolean;
}

/** Makes a person whose address is not verified, and who signs in by password. */
export async function insertPerson(
  db: Database,
  person: { accountId: string; email: string; passwordHash: string; at: Date },
): Promise<PersonRow> {
  const { accountId, email, passwordHash, at } = person;
  const row = { id: newId(), account_id: accountId, email, email_verified: false };
  const age = { created_at: at, updated_at: at };
  await db
    .insertInto('people')
    .values({ ...row, ...age })
    .execute();
  await db
    .insertInto('sign_in_methods')
    .values({
      id: newId(),
      person_id: row.id,
      provider: PASSWORD,
      subject: row.id,
      password_hash: passwordHash,
      ...age,
    })
    .execute();
  return row;
}

/**
 * Makes a person without any way in for an account that has none: an operator made the account, and whoever reads the
 * mail of its address may choose a password. Does nothing where there is no such account.
 */
export async function insertPersonOfAccount(db: Database, email: string, at: Date): Promise<void> {
  await sql`
    insert into people (id, account_id, email, email_verified, created_at, updated_at)
    select ${newId()}, id, email, false, ${at}, ${at} from accounts where email = ${email} and status <> 'closed'
    on conflict do nothing
  `.execute(db);
}

export async function findPerson(db: Database, id: string): Promise<PersonRow | undefined> {
  return await db
    .selectFrom('people')
    .select(['id', 'account_id', 'email', 'email_verified'])
    .where('id', '=', id)
    .executeTakeFirst();
}

export async function findPersonByEmail(db: Database, email: string): Promise<PersonRow | undefined> {
  return await db
    .selectFrom('people')
    .select(['id', 'account_id', 'email', 'email_verified'])
    .where('email', '=', email)
    .executeTakeFirst();
}

/** Whether the person can sign in at all: who was made for an operator's account cannot until there is a password. */
export async function hasWayIn(db: Database, personId: string): Promise<boolean> {
  const row = await db
    .selectFrom('sign_in_methods')
    .select('id')
    .where('person_id', '=', personId)
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}

export async function hasPassword(db: Database, personId: string): Promise<boolean> {
  const row = await db
    .selectFrom('sign_in_methods')
    .select('id')
    .where('person_id', '=', personId)
    .where('provider', '=', PASSWORD)
    .executeTakeFirst();
  return row !== undefined;
}

export async function isAccountClosed(db: Database, personId: string): Promise<boolean> {
  const row = await db
    .selectFrom('people')
    .innerJoin('accounts', 'accounts.id', 'people.account_id')
    .select('people.id')
    .where('people.id', '=', personId)
    .where('accounts.status', '=', 'closed')
    .executeTakeFirst();
  return row !== undefined;
}

export async function findAccountWithoutPerson(db: Database, email: string): Promise<string | null> {
  const row = await db
    .selectFrom('accounts')
    .leftJoin('people', 'people.account_id', 'accounts.id')
    .select('accounts.id')
    .where('accounts.email', '=', email)
    .where('accounts.status', '<>', 'closed')
    .where('people.id', 'is', null)
    .executeTakeFirst();
  return row?.id ?? null;
}

/** The account becomes active with it. */
export async function markVerified(db: Database, personId: string, at: Date): Promise<void> {
  await db
    .updateTable('people')
    .set({ email_verified: true, updated_at: at })
    .where('id', '=', personId)
    .where('email_verified', '=', false)
    .execute();
}

/** Makes the links worthless that were sent to a person for setting a password. */
export async function forgetResetLinks(db: Database, personId: string): Promise<void> {
  await sql`delete from sign_in_tokens where value = ${personId}`.execute(db);
}

/** Takes every way in from a person but the password, and ends what sessions there are. */
export async function keepPasswordOnly(db: Database, personId: string): Promise<void> {
  await db
    .deleteFrom('sign_in_methods')
    .where('person_id', '=', personId)
    .where('provider', '<>', PASSWORD)
    .execute();
  await db.deleteFrom('sessions').where('person_id', '=', personId).execute();
}

/** Sessions and ways in go with the person. */
export async function deletePerson(db: Database, id: string): Promise<void> {
  await db.deleteFrom('people').where('id', '=', id).execute();
}

export async function deleteExpired(db: Database, now: Date): Promise<void> {
  await db.deleteFrom('sessions').where('expires_at', '<', now).execute();
  await sql`delete from sign_in_tokens where expires_at < ${now}`.execute(db);
}
