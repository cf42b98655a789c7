import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';

import { expectBooksToBalance } from '../../../../test/invariants/books.ts';
import { createApiClient } from '../../../../test/support/api-client.ts';
import { signIn, type SignedInPerson } from '../../../../test/support/signed-in.ts';
import { startTestService, type TestService } from '../../../../test/support/test-service.ts';

const routes: { method: string; url: string }[] = [];
let service: TestService;
let operator: SignedInPerson;
beforeAll(async () => {
  service = await startTestService({ working: false, onRoute: (route) => routes.push(route) });
});
beforeEach(async () => {
  operator = await signIn(service, { isOperator: true });
});
afterAll(() => service.close());

const at = (path = '') => `/app/operator${path}`;
const logOf = async (accountId: string) =>
  (await service.operatorActions.list({ limit: 100, account: accountId })).actions;
const detailOf = async (accountId: string) => (await operator.client.get(at(`/accounts/${accountId}`))).body;

async function emailsIn(query: string): Promise<string[]> {
  const { status, body } = await operator.client.get(at(`/accounts?${query}`));
  expect(status).toBe(200);
  return (body as { accounts: { email: string }[] }).accounts.map(({ email }) => email);
}

describe('the pages of the operator', () => {
  test('are not there for anybody else, whatever is asked', async () => {
    const somebody = await signIn(service);
    const ours = routes.filter(({ method, url }) => url.startsWith(at()) && method !== 'HEAD');
    expect(ours.length).toBeGreaterThan(10);
    for (const { method, url } of [...ours, { method: 'GET', url: at('/nothing') }]) {
      const answer = await somebody.client.send(url, { method });
      const code = answer.headers.get('x-error-code');
      expect({ code, body: answer.body }, `${method} ${url}`).toEqual({
        code: 'request.unknown_route',
        body: { detail: 'There is no such endpoint; the endpoints are listed at /docs.' },
      });
    }
  });

  test('close with the next request when the right is taken away, or the account suspended', async () => {
    const status = async () => (await operator.client.get(at('/accounts'))).status;
    expect(await status()).toBe(200);
    await service.accounts.setOperator(operator.email, false);
    expect(await status()).toBe(404);
    await service.accounts.setOperator(operator.email, true);
    await service.accounts.step(operator.email, 'suspend');
    expect(await status()).toBe(403);
  });
});

test('whoever has registered with an operator’s address without having proven it is none', async () => {
  const { client } = await signIn(service, { isOperator: true, unverified: true });
  expect((await client.get(at('/accounts'))).status).toBe(404);
  expect((await client.get('/app/session')).body).toMatchObject({ isOperator: false });
});

describe('the list of accounts', () => {
  test('shows what an account has and does, newest first, and finds it by a part of its address', async () => {
    const { accountId, email, key } = await service.newCustomer();
    await createApiClient(service.url, key).submit();
    await expect.poll(() => emailsIn('limit=1')).toEqual([email]);
    const { body } = await operator.client.get(at(`/accounts?search=${email.toUpperCase()}`));
    expect(body).toEqual({
      accounts: [
        {
          id: accountId,
          email,
          status: 'active',
          isOperator: false,
          availableMicroAud: 1_437_333,
          heldMicroAud: 2667,
          jobs: 1,
          createdAt: expect.any(String),
          lastSeenAt: expect.any(String),
        },
      ],
      nextCursor: null,
    });
    expect(await emailsIn('search=100%25')).toEqual([]);
  });

  test('is the same in pages as at once, and can be narrowed down to a status', async () => {
    for (const name of ['one', 'two', 'three']) await service.accounts.create(`paged-${name}@example.org`);
    await service.accounts.step('paged-two@example.org', 'suspend');
    const all = await emailsIn('search=paged-&limit=100');
    expect(all).toEqual(['paged-three@example.org', 'paged-two@example.org', 'paged-one@example.org']);
    const pages: string[] = [];
    let cursor = '';
    do {
      const page = (await operator.client.get(at(`/accounts?search=paged-&limit=2${cursor}`))).body as {
        accounts: { email: string }[];
        nextCursor: string | null;
      };
      pages.push(...page.accounts.map(({ email }) => email));
      cursor = page.nextCursor === null ? '' : `&cursor=${page.nextCursor}`;
    } while (cursor);
    expect(pages).toEqual(all);
    expect(await emailsIn('search=paged-&status=suspended')).toEqual(['paged-two@example.org']);
    for (const wrong of ['cursor=x', 'search=%00']) {
      expect((await operator.client.get(at(`/accounts?${wrong}`))).status).toBe(400);
    }
  });
});

test('an account is shown with its keys masked, its jobs, its ledger and what operators did', async () => {
  const { accountId, key } = await service.newCustomer();
  await createApiClient(service.url, key).submit({ prompt: 'Confidential Corporation' });
  await adjust(accountId, { amountMicroAud: 5, reason: 'a present' });
  const body = await detailOf(accountId);
  expect(body).toMatchObject({
    account: { id: accountId },
    isOwn: false,
    settings: { submitLimit: null, requestLimit: null, timeZone: 'UTC' },
    deploymentLimits: { submit: 1e6, request: 1e6 },
    keys: [{ name: 'test', masked: `sk_test_…${key.slice(-4)}` }],
    jobs: [{ filename: 'talk.mp3', status: 'pending', accountId }],
    movements: [{ kind: 'adjustment', note: 'a present' }, { kind: 'hold' }, { kind: 'grant' }],
    actions: [
      { who: operator.email, what: 'credit.adjust', details: { amountMicroAud: 5, reason: 'a present' } },
    ],
  });
  expect(JSON.stringify(body)).not.toContain(key);
  expect(JSON.stringify(body), 'what is said in a recording is nobody’s business').not.toContain(
    'Confidential',
  );
  for (const unknown of ['x', '00000000-0000-4000-8000-000000000000']) {
    const answer = await operator.client.get(at(`/accounts/${unknown}`));
    expect(answer.headers.get('x-error-code')).toBe('accounts.not_found');
  }
});

describe('suspending, restoring and closing', () => {
  test('changes what the keys of the account are good for, and is in the log', async () => {
    const { accountId, email, key } = await service.newCustomer();
    const status = async () => (await createApiClient(service.url, key).get('/api/v1/usage')).status;
    for (const [step, expected] of [
      ['suspend', 403],
      ['restore', 200],
      ['close', 403],
    ] as const) {
      expect((await operator.client.post(at(`/accounts/${accountId}/${step}`))).body).toEqual({});
      await expect.poll(status, { timeout: 2000 }).toBe(expected);
    }
    expect(await logOf(accountId)).toMatchObject([
      {
        who: operator.email,
        what: 'account.close',
        about: null,
        accountId,
        email,
        details: { from: 'active', to: 'closed' },
      },
      { what: 'account.restore', details: { from: 'suspended', to: 'active' } },
      { what: 'account.suspend', details: { from: 'active', to: 'suspended' } },
    ]);
    const again = await operator.client.post(at(`/accounts/${accountId}/restore`));
    expect(again).toMatchObject({
      status: 400,
      body: { detail: `The account ${email} is closed: it cannot be active now.` },
    });
    expect(await logOf(accountId), 'what was refused is not in the log').toHaveLength(3);
  });

  test('nobody does it to himself', async () => {
    for (const step of ['suspend', 'close']) {
      const answer = await operator.client.post(at(`/accounts/${operator.accountId}/${step}`));
      expect(answer.headers.get('x-error-code')).toBe('operator.own_account');
    }
    expect((await detailOf(operator.accountId))['isOwn']).toBe(true);
    expect((await service.accounts.byEmail(operator.email)).status).toBe('active');
  });

  test(
    'of two operators who suspend each other at the same moment, one is left',
    { repeats: 4 },
    async () => {
      const other = await signIn(service, { isOperator: true });
      await Promise.all([
        operator.client.post(at(`/accounts/${other.accountId}/suspend`)),
        other.client.post(at(`/accounts/${operator.accountId}/suspend`)),
      ]);
      const statuses = await Promise.all(
        [operator, other].map(async ({ email }) => (await service.accounts.byEmail(email)).status),
      );
      expect(statuses.sort()).toEqual(['active', 'suspended']);
    },
  );
});

/** A change of an account's credit, as a form that was just opened asks for it. */
const adjust = async (accountId: string, change: object) =>
  await operator.client.post(at(`/accounts/${accountId}/credit`), { changeId: randomUUID(), ...change });

describe('credit', () => {
  test('is given and taken with a reason, never below zero', async () => {
    const { accountId } = await service.newCustomer();
    expect((await adjust(accountId, { amountMicroAud: 10_000_000, reason: ' prize ' })).status).toBe(200);
    expect((await adjust(accountId, { amountMicroAud: -1_440_001, reason: 'mistake' })).status).toBe(200);
    expect(await service.credits.balance(accountId)).toEqual({ available: 9_999_999, held: 0 });
    expect(await adjust(accountId, { amountMicroAud: -10_000_000, reason: 'too much' })).toMatchObject({
      status: 400,
      body: {
        detail: 'The balance cannot go below zero: AUD 9.999999 is available, so AUD 10.00 cannot be taken.',
      },
    });
    for (const body of [
      { amountMicroAud: 0, reason: 'x' },
      { amountMicroAud: 1, reason: ' ' },
      { amountMicroAud: 1 },
      { amountMicroAud: 0.5, reason: 'x' },
      { amountMicroAud: 2e12, reason: 'x' },
      { amountMicroAud: 1, reason: 'x'.repeat(201) },
      { amountMicroAud: 1, reason: 'x', changeId: 'the first' },
      { amountMicroAud: 1, reason: 'x', changeId: undefined },
    ]) {
      expect((await adjust(accountId, body)).status, JSON.stringify(body)).toBe(400);
    }
    expect((await logOf(accountId)).map(({ details }) => details)).toEqual([
      { amountMicroAud: -1_440_001, reason: 'mistake' },
      { amountMicroAud: 10_000_000, reason: 'prize' },
    ]);
    await expectBooksToBalance(service.db);
  });

  test('is changed once, however often a form is sent because no answer came', async () => {
    const { accountId } = await service.newCustomer();
    const change = { changeId: randomUUID(), amountMicroAud: -1_000_000, reason: 'mistake' };
    const answers = await Promise.all(Array.from({ length: 6 }, async () => await adjust(accountId, change)));
    for (const answer of [...answers, await adjust(accountId, change)]) {
      expect(answer).toMatchObject({ status: 200, body: {} });
    }
    expect(await service.credits.balance(accountId)).toEqual({ available: 440_000, held: 0 });
    expect(await logOf(accountId)).toHaveLength(1);
    await expectBooksToBalance(service.db);
  });

  test('is not changed by a form that was altered after it had been sent, nor is that answered as if it were', async () => {
    const [account, another] = [await service.newCustomer(), await service.newCustomer()];
    const change = { changeId: randomUUID(), amountMicroAud: 1_000_000, reason: 'prize' };
    expect((await adjust(account.accountId, change)).status).toBe(200);
    for (const [to, altered] of [
      [account, { ...change, amountMicroAud: 2_000_000 }],
      [account, { ...change, reason: 'another prize' }],
      [another, change],
    ] as const) {
      const answer = await adjust(to.accountId, altered);
      expect(answer.headers.get('x-error-code')).toBe('operator.refused');
    }
    const balances = [account, another].map(({ accountId }) => service.credits.balance(accountId));
    expect(await Promise.all(balances)).toMatchObject([{ available: 2_440_000 }, { available: 1_440_000 }]);
  });

  test('that was refused is given when the same form is sent again and nothing is in the way', async () => {
    const { accountId } = await service.newCustomer();
    const change = { changeId: randomUUID(), amountMicroAud: -2_000_000, reason: 'mistake' };
    expect((await adjust(accountId, change)).status).toBe(400);
    await service.credits.adjust({ accountId, amountMicroAud: 1_000_000, reason: 'prize' });
    expect((await adjust(accountId, change)).status).toBe(200);
    expect(await service.credits.balance(accountId)).toEqual({ available: 440_000, held: 0 });
  });

  test('that cannot be written into the log is not given', async () => {
    const { accountId } = await service.newCustomer();
    await sql`alter table operator_actions add constraint broken check (what <> 'credit.adjust') not valid`.execute(
      service.db,
    );
    const answer = await adjust(accountId, { amountMicroAud: 7, reason: 'x' });
    await sql`alter table operator_actions drop constraint broken`.execute(service.db);
    expect(answer.status).toBe(500);
    expect(await service.credits.balance(accountId)).toEqual({ available: 1_440_000, held: 0 });
  });
});

test('limits and the time zone are set, those that are not named stay, and the log has what they were', async () => {
  const { accountId } = await service.newCustomer();
  const set = async (body: object) => await operator.client.put(at(`/accounts/${accountId}/settings`), body);
  expect((await set({ submitLimit: 100, timeZone: 'australia/sydney' })).status).toBe(200);
  expect((await set({ requestLimit: 7, submitLimit: null })).status).toBe(200);
  expect((await detailOf(accountId))['settings']).toEqual({
    submitLimit: null,
    requestLimit: 7,
    timeZone: 'Australia/Sydney',
  });
  expect(await set({ timeZone: 'Atlantis' })).toMatchObject({
    status: 400,
    body: { detail: expect.stringContaining('There is no time zone "Atlantis"') },
  });
  expect((await set({ requestLimit: 0 })).status).toBe(400);
  expect((await set({})).status).toBe(400);
  expect((await set({ isOperator: true })).status).toBe(400);
  expect((await logOf(accountId)).map(({ details }) => details)).toEqual([
    { submitLimit: null, submitLimitBefore: 100, requestLimit: 7, requestLimitBefore: null },
    { submitLimit: 100, submitLimitBefore: null, timeZone: 'Australia/Sydney', timeZoneBefore: 'UTC' },
  ]);
});
