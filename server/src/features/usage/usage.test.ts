import { assert, asyncProperty, constantFrom, integer, property, record, tuple, array } from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { createTestDatabase, type TestDatabase } from '../../../../test/support/test-database.ts';
import { newId } from '../../lib/ids.ts';
import { toAud } from '../../lib/money.ts';
import { createAccounts, type Accounts } from '../accounts/accounts.service.ts';
import { createCredits, type Credits } from '../credits/credits.service.ts';
import { createRefunds, type Refunds } from '../jobs/refunds.ts';
import { createUsageReports, type UsageReports } from './usage.service.ts';

const HOUR_MS = 3_600_000;
const CREDIT = 100_000_000;

let now = new Date('2026-10-10T00:00:00Z');
const clock = { now: () => now };
let database: TestDatabase;
let credits: Credits;
let accounts: Accounts;
let refunds: Refunds;
let usage: UsageReports;
beforeAll(async () => {
  database = await createTestDatabase();
  const { db } = database;
  credits = createCredits({
    database: db,
    clock,
    pricing: { microAudPerMinute: 16_000, minimumMicroAud: 0 },
  });
  accounts = createAccounts({ database: db, clock, credits, welcomeMicroAud: CREDIT });
  refunds = createRefunds({ database: db, credits });
  usage = createUsageReports({ database: db, clock, credits });
});
afterAll(() => database.close());

let people = 0;
async function newAccount(timeZone: string) {
  const email = `person-${(people += 1)}@example.org`;
  const { id } = await accounts.create(email);
  if (timeZone !== 'UTC') await accounts.set(email, { timeZone });
  return id;
}

/** A completed job of that length, submitted at that moment, as it is in the books. */
async function completedJob(accountId: string, createdAt: Date, durationMs = 60_000): Promise<string> {
  const id = newId();
  const priceMicroAud = credits.priceOf(durationMs);
  await database.db.transaction().execute(async (trx) => {
    await credits.hold(trx, { accountId, jobId: id, priceMicroAud });
    const charged_micro_aud = await credits.settle(trx, { accountId, jobId: id, priceMicroAud });
    const row = { id, account_id: accountId, original_filename: 'a.mp3', language: 'en', storage_key: id };
    await trx
      .insertInto('jobs')
      .values({
        ...row,
        status: 'completed',
        held_micro_aud: priceMicroAud,
        charged_micro_aud,
        decoded_duration_ms: durationMs,
        created_at: createdAt,
        upload_alive_at: createdAt,
        completed_at: now,
      })
      .execute();
  });
  return id;
}

/** A job for each hour of four days around the change of the clocks: so many each day. */
async function jobsADay(timeZone: string, lastMidday: string) {
  now = new Date(lastMidday);
  const accountId = await newAccount(timeZone);
  for (let hours = 0; hours < 96; hours += 1) {
    await completedJob(accountId, new Date(now.getTime() - hours * HOUR_MS));
  }
  const { daily } = await usage.of(accountId);
  expect(daily).toHaveLength(30);
  return Object.fromEntries(daily.slice(-4).map(({ date, jobs, cost }) => [date, [jobs, cost]]));
}

describe('the days of an account', () => {
  test('have 23 hours where clocks are put forward', async () => {
    // Midday of 6 October in Sydney, two days after.
    expect(await jobsADay('Australia/Sydney', '2026-10-06T01:00:00Z')).toEqual({
      '2026-10-03': [24, 0.384],
      '2026-10-04': [23, 0.368],
      '2026-10-05': [24, 0.384],
      '2026-10-06': [13, 0.208],
    });
  });

  test('have 25 hours where clocks are put back', async () => {
    expect(await jobsADay('Australia/Sydney', '2026-04-07T02:00:00Z')).toEqual({
      '2026-04-04': [24, 0.384],
      '2026-04-05': [25, 0.4],
      '2026-04-06': [24, 0.384],
      '2026-04-07': [13, 0.208],
    });
  });

  test('begin later where midnight is passed over', async () => {
    // Beirut puts its clocks forward from midnight to one.
    expect(await jobsADay('Asia/Beirut', '2026-03-31T09:00:00Z')).toEqual({
      '2026-03-28': [24, 0.384],
      '2026-03-29': [23, 0.368],
      '2026-03-30': [24, 0.384],
      '2026-03-31': [13, 0.208],
    });
  });

  test.each([
    ['UTC', '2026-10-09', '2026-10-10'],
    ['Australia/Sydney', '2026-10-10', '2026-10-10'],
    ['Pacific/Kiritimati', '2026-10-10', '2026-10-11'],
    ['America/Los_Angeles', '2026-10-09', '2026-10-09'],
  ])('in %s are not those of UTC', async (timeZone, ofTheJob, today) => {
    now = new Date('2026-10-10T12:00:00Z');
    if (timeZone === 'America/Los_Angeles') now = new Date('2026-10-10T06:59:00Z');
    const accountId = await newAccount(timeZone);
    await completedJob(accountId, new Date('2026-10-09T23:00:00Z'));
    const { daily } = await usage.of(accountId);
    expect(daily.filter(({ jobs }) => jobs > 0).map(({ date }) => date)).toEqual([ofTheJob]);
    expect(daily.at(-1)?.date).toBe(today);
  });

  test('are thirty, and what is older counts in the totals only', async () => {
    now = new Date('2026-10-10T12:00:00Z');
    const accountId = await newAccount('UTC');
    await completedJob(accountId, new Date('2026-09-11T00:00:00Z'));
    await completedJob(accountId, new Date('2026-09-10T23:59:59.999Z'));
    const { daily, total_jobs, total_cost } = await usage.of(accountId);
    expect(daily[0]).toEqual({ date: '2026-09-11', jobs: 1, audio_minutes: 1, cost: 0.016 });
    expect([total_jobs, total_cost]).toEqual([2, 0.032]);
  });
});

/** A report as JSON has it, its amounts read back without binary fractions in between. */
const microAudIn = (json: string, name: string): bigint[] =>
  [...json.matchAll(new RegExp(`"${name}":(\\d+)(?:\\.(\\d{1,6}))?[,}]`, 'g'))].map(
    ([, whole = '', decimals = '']) => BigInt(whole) * 1_000_000n + BigInt(decimals.padEnd(6, '0')),
  );

const sum = (amounts: readonly bigint[]) => amounts.reduce((total, amount) => total + amount, 0n);

test('whatever was charged and refunded, the sums agree with the ledger to the micro, in decimals', async () => {
  now = new Date('2026-10-10T12:00:00Z');
  const job = record({
    durationMs: integer({ min: 0, max: 2 * HOUR_MS }),
    ageMs: integer({ min: 0, max: 29 * 24 * HOUR_MS }),
    refundedShares: array(integer({ min: 1, max: 50 }), { maxLength: 3 }),
  });
  await assert(
    asyncProperty(
      tuple(array(job, { maxLength: 8 }), constantFrom('UTC', 'Australia/Sydney', 'America/New_York')),
      async ([jobs, timeZone]) => {
        const accountId = await newAccount(timeZone);
        for (const { durationMs, ageMs, refundedShares } of jobs) {
          const id = await completedJob(accountId, new Date(now.getTime() - ageMs), durationMs);
          for (const share of refundedShares) {
            const amountMicroAud = Math.floor((credits.priceOf(durationMs) * share) / 100);
            const refund = refunds.refund({ id, amountMicroAud, reason: 'test' });
            // Shares can be more than there is; a refund of nothing is none.
            await refund.catch((error: Error) => expect(error.message).toContain('is left of what job'));
          }
        }
        const json = JSON.stringify(await usage.of(accountId));
        const [balance = -1n] = microAudIn(json, 'credit_balance');
        const [total = -1n] = microAudIn(json, 'total_cost');
        expect(balance).toBe(BigInt((await credits.balance(accountId)).available));
        expect(balance + total).toBe(BigInt(CREDIT));
        const daily = microAudIn(json, 'cost');
        expect(daily).toHaveLength(30);
        expect(sum(daily)).toBe(total);
      },
    ),
    { numRuns: 25, seed: 20_260_310, endOnFailure: true },
  );
});

test('every amount is written in at most six decimals', () => {
  assert(
    property(integer({ min: 0, max: 4e15 }), (microAud) => {
      const json = JSON.stringify({ cost: toAud(microAud) });
      expect(microAudIn(json, 'cost')).toEqual([BigInt(microAud)]);
    }),
    { seed: 20_260_310 },
  );
});
