import { sql } from 'kysely';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';

import { expectLedgerToBalance } from '../../../../test/invariants/books.ts';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/test-database.ts';
import { systemClock } from '../../lib/clock.ts';
import { newId } from '../../lib/ids.ts';
import { createAccounts, type Accounts } from '../accounts/accounts.service.ts';
import { createCredits, type Credits } from './credits.service.ts';

const PRICE = 144_000;
const CREDIT_FOR_TEN = 1_440_000;

let database: TestDatabase;
let credits: Credits;
let accounts: Accounts;
beforeAll(async () => {
  database = await createTestDatabase();
  const { db } = database;
  const pricing = { microAudPerMinute: 16_000, minimumMicroAud: 500_000 };
  credits = createCredits({ database: db, clock: systemClock, pricing });
  accounts = createAccounts({ database: db, clock: systemClock, credits, welcomeMicroAud: CREDIT_FOR_TEN });
});
afterAll(() => database.close());
afterEach(() => expectLedgerToBalance(database.db));

let people = 0;
const newAccountId = async () => (await accounts.create(`person-${(people += 1)}@example.org`)).id;
const inTransaction = async <T>(work: (db: typeof database.db) => Promise<T>) =>
  await database.db.transaction().execute(work);
const ledgerKinds = async (jobId: string) =>
  (
    await database.db.selectFrom('ledger_transactions').select('kind').where('job_id', '=', jobId).execute()
  ).map(({ kind }) => kind);

test('a new account starts with AUD 1.44', async () => {
  const accountId = await newAccountId();
  expect(await credits.balance(accountId)).toEqual({ available: 1_440_000, held: 0 });
});

describe('a hold', () => {
  test('of 100 at once on credit for 10, 10 succeed and 90 are refused with 402', async () => {
    const accountId = await newAccountId();
    const holds = Array.from({ length: 100 }, () =>
      inTransaction((db) => credits.hold(db, { accountId, jobId: newId(), priceMicroAud: PRICE })),
    );
    const outcomes = await Promise.allSettled(holds);
    const refused = outcomes.filter((outcome) => outcome.status === 'rejected');
    expect(refused).toHaveLength(90);
    for (const { reason } of refused) expect(reason).toMatchObject({ code: 'credits.price_above_balance' });
    expect(await credits.balance(accountId)).toEqual({ available: 0, held: CREDIT_FOR_TEN });
  });

  test('names both amounts when the price is above the balance', async () => {
    const accountId = await newAccountId();
    const hold = inTransaction((db) =>
      credits.hold(db, { accountId, jobId: newId(), priceMicroAud: 1_440_001 }),
    );
    await expect(hold).rejects.toThrow('it costs $1.440001 AUD and $1.44 AUD is available');
  });

  test('happens once a job', async () => {
    const accountId = await newAccountId();
    const job = { accountId, jobId: newId(), priceMicroAud: PRICE };
    await inTransaction((db) => credits.hold(db, job));
    await expect(inTransaction((db) => credits.hold(db, job))).rejects.toThrow('ledger_one_hold_a_job');
    expect(await credits.balance(accountId)).toEqual({ available: 1_296_000, held: PRICE });
  });
});

async function heldJob(priceMicroAud = PRICE) {
  const job = { accountId: await newAccountId(), jobId: newId() };
  await inTransaction((db) => credits.hold(db, { ...job, priceMicroAud }));
  return job;
}

describe('a job that holds its price', () => {
  test('pays exactly that when it is settled for the same price', async () => {
    const job = await heldJob();
    expect(await inTransaction((db) => credits.settle(db, { ...job, priceMicroAud: PRICE }))).toBe(PRICE);
    expect(await credits.balance(job.accountId)).toEqual({ available: 1_296_000, held: 0 });
  });

  test('gets the difference back when it turns out shorter', async () => {
    const job = await heldJob();
    expect(await inTransaction((db) => credits.settle(db, { ...job, priceMicroAud: 44_000 }))).toBe(44_000);
    expect(await credits.balance(job.accountId)).toEqual({ available: 1_396_000, held: 0 });
  });

  test('never takes the balance below zero when it turns out longer: the rest is written off in an entry of its own', async () => {
    const job = await heldJob(1_400_000);
    expect(await inTransaction((db) => credits.settle(db, { ...job, priceMicroAud: 2_000_000 }))).toBe(
      1_440_000,
    );
    expect(await credits.balance(job.accountId)).toEqual({ available: 0, held: 0 });
    const writtenOff = await database.db
      .selectFrom('ledger_entries')
      .innerJoin('ledger_transactions', 'ledger_transactions.id', 'transaction_id')
      .select('amount_micro_aud')
      .where('account_id', '=', job.accountId)
      .where('book', '=', 'written_off')
      .execute();
    expect(writtenOff).toEqual([{ amount_micro_aud: -560_000 }]);
    expect(await ledgerKinds(job.jobId)).toEqual(['hold', 'settle', 'write_off']);
  });

  test('is settled once and released never when both are tried many times at once', async () => {
    const job = await heldJob();
    const attempts = Array.from({ length: 20 }, (_, index) =>
      inTransaction(async (db) => {
        if (index % 2 === 0) await credits.settle(db, { ...job, priceMicroAud: PRICE });
        else await credits.release(db, { ...job, reason: 'failed' });
      }),
    );
    const outcomes = await Promise.allSettled(attempts);
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(await ledgerKinds(job.jobId)).toHaveLength(2);
  });

  test('of an hour costs nothing when it turns out to be empty', async () => {
    const job = await heldJob(960_000);
    expect(await inTransaction((db) => credits.settle(db, { ...job, priceMicroAud: 0 }))).toBe(0);
    expect(await credits.balance(job.accountId)).toEqual({ available: CREDIT_FOR_TEN, held: 0 });
  });

  test('of nothing pays from the balance when there is something after all', async () => {
    const job = await heldJob(0);
    expect(await inTransaction((db) => credits.settle(db, { ...job, priceMicroAud: 7 }))).toBe(7);
    expect(await credits.balance(job.accountId)).toEqual({ available: CREDIT_FOR_TEN - 7, held: 0 });
  });

  test('of nothing that stays nothing is settled all the same, once', async () => {
    const job = await heldJob(0);
    const settle = () => inTransaction((db) => credits.settle(db, { ...job, priceMicroAud: 0 }));
    expect(await settle()).toBe(0);
    await expect(settle()).rejects.toThrow('ledger_one_ending_a_job');
  });

  test('of eight years is written off but for what there is', async () => {
    const job = await heldJob();
    const priceMicroAud = credits.priceOf(8 * 365.25 * 24 * 3_600_000);
    expect(priceMicroAud).toBe(67_322_880_000);
    expect(await inTransaction((db) => credits.settle(db, { ...job, priceMicroAud }))).toBe(CREDIT_FOR_TEN);
    expect(await credits.balance(job.accountId)).toEqual({ available: 0, held: 0 });
  });

  test('gets everything back when it is released', async () => {
    const job = await heldJob();
    await inTransaction((db) => credits.release(db, { ...job, reason: 'failed' }));
    expect(await credits.balance(job.accountId)).toEqual({ available: CREDIT_FOR_TEN, held: 0 });
  });
});

describe('the minimum for a submission', () => {
  test('is met by exactly AUD 0.50 and missed by a micro less', async () => {
    const accountId = await newAccountId();
    await credits.adjust({ accountId, amountMicroAud: -940_000, reason: 'test' });
    await credits.requireMinimum(accountId);
    await credits.adjust({ accountId, amountMicroAud: -1, reason: 'test' });
    await expect(credits.requireMinimum(accountId)).rejects.toThrow(
      'Credit balance below $0.50 AUD minimum: $0.499999 AUD is available.',
    );
  });
});

test('an operator cannot take more than there is', async () => {
  const accountId = await newAccountId();
  const adjustment = credits.adjust({ accountId, amountMicroAud: -1_440_001, reason: 'test' });
  await expect(adjustment).rejects.toThrow('AUD 1.44 is available, so AUD 1.440001 cannot be taken');
});

const payment = async () => ({
  accountId: await newAccountId(),
  amountMicroAud: 10_000_000,
  reference: newId(),
  reason: 'payment',
});

const topUp = async (paid: Awaited<ReturnType<typeof payment>>) =>
  await inTransaction((db) => credits.topUp(db, paid));

describe('a payment', () => {
  test('is credited once, however often and by how many at once it is reported', async () => {
    const paid = await payment();
    const reports = await Promise.all(Array.from({ length: 20 }, () => topUp(paid)));
    expect(reports.filter(Boolean)).toHaveLength(1);
    expect(await topUp(paid)).toBe(false);
    expect(await credits.balance(paid.accountId)).toEqual({ available: 11_440_000, held: 0 });
  });

  test('cannot be reported with another amount or for another account', async () => {
    const paid = await payment();
    await topUp(paid);
    for (const other of [{ amountMicroAud: 1 }, { accountId: await newAccountId() }]) {
      await expect(topUp({ ...paid, ...other })).rejects.toThrow(
        'stands for a payment of another account or amount',
      );
    }
    expect(await credits.balance(paid.accountId)).toEqual({ available: 11_440_000, held: 0 });
  });

  test.each([0, -1, 0.5, Number.NaN])('of %d micro AUD is none', async (amountMicroAud) => {
    await expect(topUp({ ...(await payment()), amountMicroAud })).rejects.toThrow(RangeError);
  });

  test('that goes back takes what is left of the balance, and what comes again makes good the loss first', async () => {
    const paid = await payment();
    await topUp(paid);
    const reverse = async (amountMicroAud: number, writtenOffMicroAud: number) =>
      await inTransaction((db) => credits.reverse(db, { ...paid, amountMicroAud, writtenOffMicroAud }));
    const spent = { accountId: paid.accountId, jobId: newId(), priceMicroAud: 6_440_000 };
    await inTransaction((db) => credits.hold(db, spent));
    expect(await reverse(2_000_000, 0)).toBe(0);
    expect(await credits.balance(paid.accountId)).toEqual({ available: 3_000_000, held: 6_440_000 });
    expect(await reverse(8_000_000, 0)).toBe(5_000_000);
    expect(await credits.balance(paid.accountId)).toEqual({ available: 0, held: 6_440_000 });
    expect(await reverse(-6_000_000, 5_000_000)).toBe(0);
    expect(await credits.balance(paid.accountId)).toEqual({ available: 1_000_000, held: 6_440_000 });
  });
});

describe('the ledger', () => {
  test.each([
    'update ledger_entries set amount_micro_aud = 1',
    'delete from ledger_entries',
    'truncate ledger_entries',
    "update ledger_transactions set kind = 'grant'",
    'truncate accounts cascade',
  ])('refuses: %s', async (statement) => {
    await newAccountId();
    await expect(sql.raw(statement).execute(database.db)).rejects.toThrow('append-only');
  });

  test.each([
    'update accounts set available_micro_aud = available_micro_aud + 1',
    'update accounts set held_micro_aud = 5',
    "insert into accounts values (gen_random_uuid(), 'rich@example.org', 'active', 1, 0, now())",
  ])('is the only way to a balance: %s', async (statement) => {
    await newAccountId();
    await expect(sql.raw(statement).execute(database.db)).rejects.toThrow(
      'a balance is changed by entries in the ledger only',
    );
  });

  test('refuses a transaction that does not add up to zero', async () => {
    const accountId = await newAccountId();
    const lopsided = inTransaction(async (db) => {
      const id = newId();
      const about = {
        id,
        account_id: accountId,
        kind: 'grant' as const,
        job_id: null,
        reason: 'x',
        reference: null,
        created_at: new Date(),
      };
      await db.insertInto('ledger_transactions').values(about).execute();
      const entry = {
        transaction_id: id,
        book: 'available' as const,
        amount_micro_aud: 5,
      };
      await db.insertInto('ledger_entries').values(entry).execute();
    });
    await expect(lopsided).rejects.toThrow('does not add up to zero');
  });
});
