import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { signIn, type SignedInPerson } from '../../../../test/support/signed-in.ts';
import { startTestService, type TestService } from '../../../../test/support/test-service.ts';
import { newId } from '../../lib/ids.ts';

const TWO_AUD = 2_000_000;
const WELCOME = 1_440_000;

let service: TestService;
beforeAll(async () => {
  service = await startTestService({ working: false, settings: { testTopUps: true } });
});
afterAll(() => service.close());

interface Customer {
  readonly accountId: string;
  readonly email: string;
}

/** Somebody with AUD 6.44. */
async function customer(): Promise<Customer> {
  const created = await service.newCustomer();
  await service.payments.topUp(created, 500);
  return created;
}

const move = async ({ accountId }: Customer, amountMicroAud: number) =>
  await service.credits.adjust({ accountId, amountMicroAud, reason: 'for the test' });

/** Brings the balance there by taking credit. */
async function fallTo(person: Customer, microAud: number): Promise<void> {
  const { available } = await service.credits.balance(person.accountId);
  await move(person, microAud - available);
}

/** The subjects of the mails that somebody has been sent, oldest first. */
async function mails({ email }: Customer): Promise<string[]> {
  const sent = (await service.mails.outbox()).filter(({ to }) => to === email);
  return sent.map(({ subject }) => subject).reverse();
}

const mailsAfterSweep = async (person: Customer) => {
  await service.lowBalance.sweep();
  return await mails(person);
};

describe('a balance that falls below AUD 2', () => {
  test('is told by mail once, however far it falls, and again after a top-up', async () => {
    const person = await customer();
    await fallTo(person, TWO_AUD);
    expect(await mailsAfterSweep(person)).toEqual([]);
    await fallTo(person, TWO_AUD - 1);
    expect(await mailsAfterSweep(person)).toEqual(['Your credit is running low: $1.999999 left']);
    await fallTo(person, 0);
    expect(await mailsAfterSweep(person)).toHaveLength(1);
    await service.payments.topUp(person, 500);
    expect(await mailsAfterSweep(person)).toHaveLength(1);
    await fallTo(person, 1_500_000);
    expect(await mailsAfterSweep(person)).toEqual([
      'Your credit is running low: $1.999999 left',
      'Your credit is running low: $1.50 left',
    ]);
  });

  test('by the holds of jobs that come and go is told once', async () => {
    const person = await customer();
    await fallTo(person, TWO_AUD);
    for (let round = 0; round < 3; round += 1) {
      const job = { accountId: person.accountId, jobId: newId() };
      await service.db
        .transaction()
        .execute((trx) => service.credits.hold(trx, { ...job, priceMicroAud: 10 }));
      await service.lowBalance.sweep();
      await service.db
        .transaction()
        .execute((trx) => service.credits.release(trx, { ...job, reason: 'the job failed' }));
      await service.lowBalance.sweep();
    }
    expect(await mails(person)).toEqual(['Your credit is running low: $1.99999 left']);
  });

  test('is told once by many servers at once', async () => {
    const people = [await customer(), await customer(), await customer()];
    for (const person of people) await fallTo(person, 1_000_000);
    await Promise.all(Array.from({ length: 12 }, () => service.lowBalance.sweep()));
    for (const person of people) expect(await mails(person)).toHaveLength(1);
  });

  test('and is topped up before anybody was told, is not told', async () => {
    const person = await customer();
    await fallTo(person, 1_000_000);
    await service.payments.topUp(person, 500);
    expect(await mailsAfterSweep(person)).toEqual([]);
  });

  test('is not told to who is suspended', async () => {
    const person = await customer();
    await service.accounts.step(person.email, 'suspend');
    await fallTo(person, 0);
    expect(await mailsAfterSweep(person)).toEqual([]);
  });

  test('is told again when the mail could not be written down', async () => {
    const person = await customer();
    await fallTo(person, 1_000_000);
    await service.db.schema.alterTable('outbox').renameTo('outbox_away').execute();
    await expect(service.lowBalance.sweep()).rejects.toThrow('outbox');
    await service.db.schema.alterTable('outbox_away').renameTo('outbox').execute();
    expect(await mailsAfterSweep(person)).toHaveLength(1);
  });
});

test('a new account, which has less from the start, is told nothing', async () => {
  const person = await service.newCustomer();
  await fallTo(person, 0);
  expect(await mailsAfterSweep(person)).toEqual([]);
});

test('the worker tells it, without anybody asking', async () => {
  const working = await startTestService({ settings: { testTopUps: true } });
  const person = await working.newCustomer();
  await working.payments.topUp(person, 500);
  await working.credits.adjust({ accountId: person.accountId, amountMicroAud: -5_000_000, reason: 'spent' });
  await expect
    .poll(async () => (await working.mails.outbox()).map(({ to }) => to), { timeout: 20_000 })
    .toEqual([person.email]);
  await working.close();
});

const setLimit = async ({ client }: SignedInPerson, lowBalanceMicroAud: number | null) =>
  await client.put('/app/billing/low-balance', { lowBalanceMicroAud });

describe('the limit', () => {
  test('is AUD 2, can be changed, and turned off', async () => {
    const person = await signIn(service);
    const limit = async () => (await person.client.get('/app/billing')).body['lowBalanceMicroAud'];
    expect(await limit()).toBe(TWO_AUD);
    expect(await setLimit(person, 1_000_000)).toMatchObject({
      status: 200,
      body: { lowBalanceMicroAud: 1_000_000 },
    });
    expect(await limit()).toBe(1_000_000);
    await fallTo(person, 999_999);
    expect((await mailsAfterSweep(person)).at(-1)).toBe('Your credit is running low: $0.999999 left');

    const other = await signIn(service);
    await setLimit(other, null);
    expect((await other.client.get('/app/billing')).body['lowBalanceMicroAud']).toBeNull();
    const before = await mails(other);
    await service.payments.topUp(other, 500);
    await fallTo(other, 0);
    expect(await mailsAfterSweep(other)).toEqual(before);
  });

  test('that is set above the balance waits for the next top-up', async () => {
    const person = await signIn(service);
    const before = await mails(person);
    await setLimit(person, 10_000_000);
    await fallTo(person, WELCOME - 1);
    expect(await mailsAfterSweep(person)).toEqual(before);
    await service.payments.topUp(person, 1000);
    await fallTo(person, 9_000_000);
    expect((await mailsAfterSweep(person)).at(-1)).toBe('Your credit is running low: $9.00 left');
  });

  test.each([-1, 0.5, '2', 10_000_000_001, undefined])('cannot be %j', async (lowBalanceMicroAud) => {
    const person = await signIn(service);
    const answer = await person.client.put('/app/billing/low-balance', { lowBalanceMicroAud });
    expect(answer.status).toBe(400);
  });
});
