import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { createApiClient } from '../../../../test/support/api-client.ts';
import { startTestService, type TestService } from '../../../../test/support/test-service.ts';

let service: TestService;
let other: TestService;
let goodKey: string;
let revokedKey: string;
beforeAll(async () => {
  service = await startTestService({ working: false });
  other = await startTestService({ working: false, beside: service });
  const customer = await service.newCustomer();
  goodKey = customer.key;
  revokedKey = (await service.apiKeys.create(customer.accountId, 'old')).key;
  await service.apiKeys.revoke(customer.accountId, 'old');
});
afterAll(async () => {
  await other.close();
  await service.close();
});

/** A request whose headers are sent as they are, also what `fetch` would refuse or mend. */
async function ask(key: string | string[] | undefined): Promise<{ status: number; body: string }> {
  const headers = key === undefined ? {} : { 'X-API-Key': key };
  const [answer] = (await once(get(`${service.url}/api/v1/usage`, { headers }), 'response')) as [
    IncomingMessage,
  ];
  return { status: answer.statusCode ?? 0, body: await text(answer) };
}

describe('the one answer to a request without a good key', () => {
  test.each<[string, () => string | string[] | undefined]>([
    ['no key', () => undefined],
    ['an empty key', () => ''],
    ['an unknown key', () => `sk_test_${'a'.repeat(32)}`],
    ['a revoked key', () => revokedKey],
    ['a good key twice', () => [goodKey, goodKey]],
    ['a good key with a space in it', () => goodKey.replace('_', '_ ')],
    ['a good key with more behind it', () => `${goodKey}x`],
    ['a key outside ASCII', () => 'clé_à_moi'],
    ['a key of 10 kB', () => 'sk_test_'.padEnd(10_000, 'a')],
  ])('is given to %s', async (_, key) => {
    expect(await ask(key())).toEqual({ status: 401, body: '{"detail":"Invalid or missing API key"}' });
  });

  test('is not given to the good key that they were made of', async () => {
    expect((await ask(goodKey)).status).toBe(200);
  });
});

/** Asks the other server again and again, and says how long it took to the first answer of that status. */
async function waitForStatus(key: string, status: number): Promise<number> {
  const started = performance.now();
  const client = createApiClient(other.url, key);
  await expect
    .poll(async () => (await client.get('/api/v1/usage')).status, { timeout: 5000, interval: 20 })
    .toBe(status);
  return performance.now() - started;
}

describe('within a second, on a server where the key was just used,', () => {
  test('a key that another server revoked works no more', async () => {
    const { key, accountId } = await service.newCustomer();
    await waitForStatus(key, 200);
    await service.apiKeys.revoke(accountId, 'test');
    expect(await waitForStatus(key, 401)).toBeLessThan(1000);
  });

  test('a suspended account is turned away, and a restored one let in', async () => {
    const { key, email } = await service.newCustomer();
    await waitForStatus(key, 200);
    await service.accounts.step(email, 'suspend');
    expect(await waitForStatus(key, 403)).toBeLessThan(1000);
    await service.accounts.step(email, 'restore');
    expect(await waitForStatus(key, 200)).toBeLessThan(1000);
    await service.accounts.step(email, 'close');
    expect(await waitForStatus(key, 403)).toBeLessThan(1000);
  });
});

test('a key tells when and from where it was last used', async () => {
  const { key, accountId } = await service.newCustomer();
  const before = Date.now();
  await createApiClient(service.url, key).get('/api/v1/usage');
  const [listed] = await other.apiKeys.list(accountId);
  expect(listed?.lastUsedAddress).toBe('127.0.0.1');
  expect(listed?.lastUsedAt?.getTime()).toBeGreaterThanOrEqual(before);
});
