import type { Billing, Ledger, Movement } from '@icana/contract/app';
import { sql } from 'kysely';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';

import { expectLedgerToBalance } from '../../../../test/invariants/books.ts';
import { createApiClient, type ApiClient } from '../../../../test/support/api-client.ts';
import { signIn, type SignedInPerson } from '../../../../test/support/signed-in.ts';
import { startTestService, type TestService } from '../../../../test/support/test-service.ts';
import { newId } from '../../lib/ids.ts';

const WELCOME = 1_440_000;
/** Of the ten seconds that every recording here lasts. */
const PRICE = 2667;

let service: TestService;
beforeAll(async () => {
  service = await startTestService({
    settings: {
      testTopUps: true,
      sellerName: 'Icana Pty Ltd',
      sellerAddress: '1 Some Street; Sydney NSW 2000',
      sellerTaxId: 'ABN 12 345 678 901',
    },
  });
});
afterAll(() => service.close());
afterEach(() => expectLedgerToBalance(service.db));

const billing = async ({ client }: SignedInPerson) =>
  (await client.get('/app/billing')).body as unknown as Billing;
const topUp = async (client: ApiClient, amountCents: number) =>
  await client.post('/app/billing/top-ups', { amountCents });

/** All movements, a page at a time. */
async function movements({ client }: SignedInPerson, query = 'limit=2'): Promise<Movement[]> {
  const all: Movement[] = [];
  for (let cursor: string | null = ''; cursor !== null;) {
    const answer = await client.get(`/app/billing/ledger?${query}${cursor && `&cursor=${cursor}`}`);
    expect(answer.status).toBe(200);
    const page = answer.body as unknown as Ledger;
    all.push(...page.movements);
    cursor = page.nextCursor;
  }
  return all;
}

/** A recording of that name, submitted with a key and transcribed. */
async function transcribed(person: SignedInPerson, filename: string): Promise<string> {
  const { key } = await service.apiKeys.create(person.accountId, newId());
  const api = createApiClient(service.url, key);
  const { body } = await api.sendForm([{ name: 'file', value: 'sound', filename }]);
  const id = String(body['job_id']);
  await expect.poll(async () => (await api.get(`/api/v1/jobs/${id}`)).body['status']).toBe('completed');
  await service.apiKeys.revoke(person.accountId, key.slice(-4));
  return id;
}

describe('a test top-up', () => {
  test('is credit at once, says that no money was taken, and can be added again', async () => {
    const person = await signIn(service);
    expect(await billing(person)).toMatchObject({
      availableMicroAud: WELCOME,
      heldMicroAud: 0,
      topUp: { mode: 'test', leastMicroAud: 5_000_000, mostMicroAud: 1_000_000_000 },
    });
    const opened = await topUp(person.client, 1050);
    expect(opened).toMatchObject({ status: 200, body: { payAt: null } });
    await topUp(person.client, 500);
    expect(await billing(person)).toMatchObject({ availableMicroAud: WELCOME + 15_500_000, pending: [] });
    const [newest] = await movements(person);
    expect(newest).toMatchObject({ title: 'Top-up', note: 'test top-up, no money was taken' });
    expect((await service.audit.verify()).findings).toEqual([]);
  });

  test('can be begun twenty times an hour', async () => {
    const { client } = await signIn(service);
    for (let begun = 0; begun < 20; begun += 1) expect((await topUp(client, 500)).status).toBe(200);
    const refused = await topUp(client, 500);
    expect(refused.status).toBe(429);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    expect((await topUp((await signIn(service)).client, 500)).status).toBe(200);
  });

  test('is not for who has not verified the address', async () => {
    const { client } = await signIn(service, { unverified: true });
    const refused = await topUp(client, 500);
    expect(refused.status).toBe(403);
    expect(refused.headers.get('x-error-code')).toBe('account.unverified');
    expect((await client.get('/app/billing')).status).toBe(200);
  });

  test.each([
    ['with a database of its own, unless the operator says yes', {}],
    ['where the operator says no', { testTopUps: false }],
  ])('is not there %s', async (_, settings) => {
    const strict = await startTestService({ working: false, settings });
    const person = await signIn(strict);
    const refused = await topUp(person.client, 500);
    expect(refused.status).toBe(400);
    expect(refused.headers.get('x-error-code')).toBe('payments.not_set_up');
    expect((await billing(person)).topUp.mode).toBe('none');
    expect((await fetch(new URL('/webhooks/stripe', strict.url), { method: 'POST' })).status).toBe(404);
    await strict.close();
  });
});

describe('the history', () => {
  test('has every movement, newest first, with what was left after it', async () => {
    const person = await signIn(service);
    const jobId = await transcribed(person, 'talk.mp3');
    await topUp(person.client, 500);
    await service.refunds.refund({ id: jobId, amountMicroAud: 667, reason: 'the line was bad' });
    await service.credits.adjust({ accountId: person.accountId, amountMicroAud: -1, reason: 'a trifle' });
    const left = WELCOME - PRICE;
    const ofJob = { jobId, fileName: 'talk.mp3' };
    const all = await movements(person);
    expect(all).toMatchObject([
      {
        title: 'Correction',
        availableChangeMicroAud: -1,
        availableMicroAud: left + 5_000_666,
        note: 'a trifle',
      },
      { title: 'Refund for a recording', availableChangeMicroAud: 667, note: 'the line was bad', ...ofJob },
      {
        title: 'Top-up',
        availableChangeMicroAud: 5_000_000,
        availableMicroAud: left + 5_000_000,
        jobId: null,
      },
      { title: 'Transcript', availableChangeMicroAud: 0, heldChangeMicroAud: -PRICE, ...ofJob },
      {
        title: 'Reserved for a recording',
        availableChangeMicroAud: -PRICE,
        availableMicroAud: left,
        ...ofJob,
      },
      {
        title: 'Free credit',
        availableChangeMicroAud: WELCOME,
        availableMicroAud: WELCOME,
        note: 'welcome credit',
      },
    ]);
    expect(await movements(person, 'limit=100')).toEqual(all);
    expect((await movements(person, 'show=credit&limit=1')).map(({ title }) => title)).toEqual([
      'Correction',
      'Top-up',
      'Free credit',
    ]);
  });

  test('of many movements in one millisecond has each once, in the order they were booked', async () => {
    const person = await signIn(service);
    const at = new Date('2026-11-01T10:00:00.000Z');
    await service.db.transaction().execute(async (trx) => {
      for (let number = 1; number <= 25; number += 1) {
        const id = newId();
        await sql`insert into ledger_transactions (id, account_id, kind, reason, created_at)
          values (${id}, ${person.accountId}, 'adjustment', ${`number ${number}`}, ${at})`.execute(trx);
        await sql`insert into ledger_entries (transaction_id, book, amount_micro_aud)
          values (${id}, 'granted', ${-number}), (${id}, 'available', ${number})`.execute(trx);
      }
    });
    const notes = (await movements(person, 'limit=7')).map(({ note }) => note);
    const inOrder = Array.from({ length: 25 }, (_, index) => `number ${25 - index}`);
    expect(notes.filter((note) => note?.startsWith('number'))).toEqual(inOrder);
  });

  test('no longer names a recording that was deleted', async () => {
    const person = await signIn(service);
    const id = await transcribed(person, 'secret.mp3');
    await service.deletions.delete({ accountId: person.accountId, id });
    const ofJob = (await movements(person)).filter(({ fileName }) => fileName !== null);
    expect(ofJob).toHaveLength(2);
    for (const movement of ofJob)
      expect(movement).toMatchObject({ fileName: 'a deleted recording', jobId: null });
  });

  test.each(['x', 'MS4y', 'MS4yLjM0NQ==', '-1', ''])('has no page %j', async (cursor) => {
    const { client } = await signIn(service);
    const answer = await client.get(`/app/billing/ledger?cursor=${encodeURIComponent(cursor)}`);
    expect(answer.status).toBe(400);
    expect(answer.headers.get('x-error-code')).toBe('request.malformed');
  });

  test('is read by its index, also where there are very many movements', async () => {
    const { accountId } = await service.newCustomer();
    await sql`
      with added as (
        insert into ledger_transactions (id, account_id, kind, reason, created_at)
        select gen_random_uuid(), ${accountId}, 'adjustment', 'many', now() - n * interval '1 minute'
        from generate_series(1, 20000) as n returning id)
      insert into ledger_entries (transaction_id, book, amount_micro_aud)
      select id, book, amount from added cross join (values ('available', 1), ('granted', -1)) as each (book, amount)
    `.execute(service.db);
    await sql`analyze ledger_transactions, ledger_entries`.execute(service.db);
    const began = performance.now();
    const { movements: page } = await service.statements.ledger({ accountId, show: 'all', limit: 25 });
    expect(page).toHaveLength(25);
    // It takes about 3 ms; reading all of them takes 200.
    expect(performance.now() - began).toBeLessThan(60);
    let count = 0;
    for await (const movement of service.statements.everyMovement(accountId)) count += movement.id ? 1 : 0;
    expect(count).toBe(20_001);
  });
});

describe('the history as a table', () => {
  test('has the amounts to the micro, and no cell that a spreadsheet would run', async () => {
    const person = await signIn(service);
    await transcribed(person, '=HYPERLINK(A1, B2).mp3');
    await transcribed(person, '@SUM(1+1).mp3');
    const answer = await person.client.open('/app/billing/ledger.csv');
    expect(answer.headers.get('content-type')).toBe('text/csv; charset=utf-8');
    expect(answer.headers.get('content-disposition')).toBe('attachment; filename="icana-ledger.csv"');
    const bytes = Buffer.from(await answer.arrayBuffer());
    expect(bytes.subarray(0, 3)).toEqual(Buffer.from([0xef, 0xbb, 0xbf]));
    const lines = bytes.subarray(3).toString().split('\r\n');
    expect(lines[0]).toBe(
      'Time (UTC),What,Recording,Note,Change of credit (AUD),Change of reserved (AUD),Credit after it (AUD)',
    );
    expect(lines[1]).toMatch(/^\d{4}-.*Z,Transcript,'@SUM\(1\+1\)\.mp3,,0,-0\.002667,1\.434666$/);
    expect(lines[4]).toMatch(
      /,Reserved for a recording,"'=HYPERLINK\(A1, B2\)\.mp3",,-0\.002667,0\.002667,1\.437333$/,
    );
    expect(lines[5]).toMatch(/,Free credit,,welcome credit,1\.44,0,1\.44$/);
    expect(lines.slice(6)).toEqual(['']);
  });
});

describe('a receipt', () => {
  test('names the number, the day, the amount, and both sides', async () => {
    const person = await signIn(service);
    const { body } = await topUp(person.client, 1234);
    const receipt = await person.client.get(`/app/billing/receipts/${String(body['id'])}`);
    expect(receipt).toMatchObject({
      status: 200,
      body: {
        amountMicroAud: 12_340_000,
        reversedMicroAud: 0,
        method: 'test',
        payer: person.email,
        reference: null,
        seller: {
          name: 'Icana Pty Ltd',
          address: ['1 Some Street', 'Sydney NSW 2000'],
          taxId: 'ABN 12 345 678 901',
        },
      },
    });
    expect(receipt.body['number']).toMatch(/^R-\d{6}$/);
    expect(receipt.body['paidAt']).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
    const [row] = await movements(person);
    expect(row?.receiptId).toBe(body['id']);
  });

  test('is for nobody else, and only for what was paid', async () => {
    const person = await signIn(service);
    const { body } = await topUp(person.client, 1000);
    const stranger = await signIn(service);
    for (const id of [String(body['id']), newId(), 'x', '%00']) {
      const answer = await stranger.client.get(`/app/billing/receipts/${id}`);
      expect({ status: answer.status, body: answer.body }).toEqual({
        status: 404,
        body: { detail: 'Receipt not found' },
      });
    }
  });
});
