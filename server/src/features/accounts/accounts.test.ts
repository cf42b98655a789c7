import { readFile } from 'node:fs/promises';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { createTestDatabase, type TestDatabase } from '../../../../test/support/test-database.ts';
import { systemClock } from '../../lib/clock.ts';
import { createCredits } from '../credits/credits.service.ts';
import { createAccounts, type Accounts } from './accounts.service.ts';

let database: TestDatabase;
let accounts: Accounts;
beforeAll(async () => {
  database = await createTestDatabase();
  const pricing = { microAudPerMinute: 16_000, minimumMicroAud: 500_000 };
  const credits = createCredits({ database: database.db, clock: systemClock, pricing });
  accounts = createAccounts({ database: database.db, clock: systemClock, credits, welcomeMicroAud: 1 });
});
afterAll(() => database.close());

test('a new account has the limits of the deployment and days in UTC', async () => {
  expect((await accounts.create('new@example.org')).settings).toEqual({
    submitLimit: null,
    requestLimit: null,
    timeZone: 'UTC',
  });
});

test('what is set stays until it is set again, and the rest stays as it was', async () => {
  const { email } = await accounts.create('set@example.org');
  await accounts.set(email, { submitLimit: 100, timeZone: 'Australia/Sydney' });
  expect((await accounts.set(email, { requestLimit: 5 })).settings).toEqual({
    submitLimit: 100,
    requestLimit: 5,
    timeZone: 'Australia/Sydney',
  });
  expect((await accounts.set(email, { submitLimit: null })).settings).toMatchObject({
    submitLimit: null,
    requestLimit: 5,
  });
});

test('a time zone is known in any case and kept in its own', async () => {
  const { email } = await accounts.create('zone@example.org');
  const { settings } = await accounts.set(email, { timeZone: 'america/new_york' });
  expect(settings.timeZone).toBe('America/New_York');
});

test.each(['Mars/Olympus', '', 'Sydney', 'FOO+5', "UTC'"])('%j is no time zone', async (timeZone) => {
  const email =
    (await accounts.find('odd@example.org'))?.email ?? (await accounts.create('odd@example.org')).email;
  await expect(accounts.set(email, { timeZone })).rejects.toThrow(`There is no time zone "${timeZone}"`);
});

test.each([0, -1, 1.5, 1_000_001, Number.NaN])('%d is no limit', async (limit) => {
  const email =
    (await accounts.find('few@example.org'))?.email ?? (await accounts.create('few@example.org')).email;
  await expect(accounts.set(email, { submitLimit: limit })).rejects.toThrow('from 1 to 1000000');
  await expect(accounts.set(email, { requestLimit: limit })).rejects.toThrow('from 1 to 1000000');
});

test('the database itself refuses a limit of nothing and a time zone that it cannot tell the time of', async () => {
  const { id } = await accounts.create('direct@example.org');
  const set = (change: { rate_limit_submit?: number; time_zone?: string }) =>
    database.db.updateTable('accounts').set(change).where('id', '=', id).execute();
  await expect(set({ rate_limit_submit: 0 })).rejects.toThrow('accounts_rate_limit_submit_in_range');
  await expect(set({ time_zone: 'Mars/Olympus' })).rejects.toThrow('time zone "Mars/Olympus" not recognized');
});

const creditOf = async (email: string) => (await accounts.create(email)).availableMicroAud;

describe('the welcome credit is given once for a mailbox', () => {
  test.each([
    ['mia@example.org', 'mia+1@example.org'],
    ['Tom+a@example.org', ' tom+b+c@Example.org '],
    ['ann.lee@gmail.com', 'annlee+x@googlemail.com'],
  ])('%s and %s are one', async (first, second) => {
    expect([await creditOf(first), await creditOf(second)]).toEqual([1, 0]);
  });

  test.each([
    ['a.b@example.org', 'ab@example.org'],
    ['ada@gmail.com', 'ada@gmail.com.example.org'],
    ['+one@example.org', '+two@example.org'],
  ])('%s and %s are two', async (first, second) => {
    expect([await creditOf(first), await creditOf(second)]).toEqual([1, 1]);
  });

  test('of ten who come at once, one has it', async () => {
    const credits = await Promise.all(
      Array.from({ length: 10 }, async (_, each) => await creditOf(`crowd+${each}@example.org`)),
    );
    expect(credits.filter((credit) => credit === 1)).toHaveLength(1);
  });

  test('also when it was given before mailboxes were told apart', async () => {
    const olds = ['old+1@example.org', 'o.l.d+x+y@gmail.com', '+old+1@example.org', 'plain@example.org'];
    for (const old of olds) await creditOf(old);
    await sql`update accounts set welcomed_email_digest = sha256(convert_to(email, 'UTF8'))`.execute(
      database.db,
    );
    const migration = new URL('../../../migrations/0019-welcomed-mailboxes.sql', import.meta.url);
    await sql.raw(await readFile(migration, 'utf8')).execute(database.db);
    const others = ['old@example.org', 'old@googlemail.com', '+old+2@example.org', 'plain+1@example.org'];
    for (const other of others) expect(await creditOf(other), other).toBe(0);
  });
});
