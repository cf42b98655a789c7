import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { createTestDatabase, type TestDatabase } from '../../../../test/support/test-database.ts';
import { newId } from '../../lib/ids.ts';
import { createApiKeys, type ApiKeys } from './api-keys.service.ts';

const ADDRESS = '203.0.113.7';
let now = new Date('2026-03-01T09:30:00.000Z');

let database: TestDatabase;
let apiKeys: ApiKeys;
beforeAll(async () => {
  database = await createTestDatabase();
  apiKeys = keysThatCountAsGoodFor(0);
});
afterAll(() => database.close());

const keysThatCountAsGoodFor = (recentMs: number) =>
  createApiKeys({ database: database.db, clock: { now: () => now }, prefix: 'sk_test_', recentMs });

async function newAccountId() {
  const id = newId();
  const account = { id, email: `${id}@example.org`, status: 'active' as const, created_at: now };
  await database.db.insertInto('accounts').values(account).execute();
  return id;
}

test('a key has the prefix and 32 base62 characters, and opens its account', async () => {
  const accountId = await newAccountId();
  const { key } = await apiKeys.create(accountId, 'laptop');
  expect(key).toMatch(/^sk_test_[0-9A-Za-z]{32}$/);
  expect(await apiKeys.authenticate(key, ADDRESS)).toMatchObject({ accountId, accountStatus: 'active' });
});

test('a key is stored nowhere: only its digest, its prefix and its last four characters', async () => {
  const { key, apiKey } = await apiKeys.create(await newAccountId(), 'laptop');
  const { rows } = await sql<{
    row: string;
  }>`select api_keys::text as row from api_keys where id = ${apiKey.id}`.execute(database.db);
  expect(rows).toHaveLength(1);
  expect(rows[0]?.row).not.toContain(key.slice(8, -4));
  expect(apiKey.masked).toBe(`sk_test_…${key.slice(-4)}`);
});

test.each([undefined, '', 'sk_test_', `sk_test_${'a'.repeat(32)}`, `sk_live_${'a'.repeat(33)}`, 'ключ'])(
  'the key %j opens nothing',
  async (key) => {
    expect(await apiKeys.authenticate(key, ADDRESS)).toBeNull();
  },
);

test('a revoked key opens nothing from the next request on', async () => {
  const accountId = await newAccountId();
  const { key } = await apiKeys.create(accountId, 'laptop');
  await apiKeys.revoke(accountId, key.slice(-4));
  expect(await apiKeys.authenticate(key, ADDRESS)).toBeNull();
  await expect(apiKeys.revoke(accountId, 'laptop')).rejects.toThrow('No unrevoked key');
});

describe('an account', () => {
  test('has at most three unrevoked keys, also when twenty are made at once', async () => {
    const accountId = await newAccountId();
    const creations = Array.from({ length: 20 }, (_, index) => apiKeys.create(accountId, `key ${index}`));
    const outcomes = await Promise.allSettled(creations);
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(3);
    expect(await apiKeys.list(accountId)).toHaveLength(3);
  });

  test('can make another key once it has revoked one', async () => {
    const accountId = await newAccountId();
    for (const name of ['a', 'b', 'c']) await apiKeys.create(accountId, name);
    await expect(apiKeys.create(accountId, 'd')).rejects.toThrow('revoke one first');
    await apiKeys.revoke(accountId, 'b');
    await apiKeys.create(accountId, 'd');
    expect((await apiKeys.list(accountId)).filter(({ revokedAt }) => !revokedAt)).toHaveLength(3);
  });

  test('cannot revoke the key of another', async () => {
    const { apiKey } = await apiKeys.create(await newAccountId(), 'theirs');
    await expect(apiKeys.revoke(await newAccountId(), apiKey.id)).rejects.toThrow('No unrevoked key');
  });
});

test('when and from where a key was last used is kept to the minute', async () => {
  const accountId = await newAccountId();
  const { key } = await apiKeys.create(accountId, 'laptop');
  const used = now;
  await apiKeys.authenticate(key, ADDRESS);
  now = new Date(used.getTime() + 59_000);
  await apiKeys.authenticate(key, '203.0.113.8');
  expect(await apiKeys.list(accountId)).toMatchObject([{ lastUsedAt: used, lastUsedAddress: ADDRESS }]);
  now = new Date(used.getTime() + 60_000);
  await apiKeys.authenticate(key, '203.0.113.8');
  expect(await apiKeys.list(accountId)).toMatchObject([{ lastUsedAt: now, lastUsedAddress: '203.0.113.8' }]);
});

describe('a key that was found good a moment ago', () => {
  test('is not looked up again, and is forgotten where it is revoked', async () => {
    const accountId = await newAccountId();
    const server = keysThatCountAsGoodFor(60_000);
    const { key } = await server.create(accountId, 'laptop');
    await server.authenticate(key, ADDRESS);
    await apiKeys.revoke(accountId, 'laptop');
    expect(await server.authenticate(key, ADDRESS)).toMatchObject({ accountId });

    const { key: second } = await server.create(accountId, 'phone');
    await server.authenticate(second, ADDRESS);
    await server.revoke(accountId, 'phone');
    expect(await server.authenticate(second, ADDRESS)).toBeNull();
  });

  test('is looked up anew when the moment is over', async () => {
    const accountId = await newAccountId();
    const server = keysThatCountAsGoodFor(100);
    const { key } = await server.create(accountId, 'laptop');
    await server.authenticate(key, ADDRESS);
    await apiKeys.revoke(accountId, 'laptop');
    await delay(110);
    expect(await server.authenticate(key, ADDRESS)).toBeNull();
  });
});

test('the key of a request is found by its index also among 100,000', async () => {
  const accountId = await newAccountId();
  await sql`
    insert into api_keys (id, account_id, name, digest, prefix, last_four, created_at, revoked_at)
    select gen_random_uuid(), ${accountId}, 'old', sha256(n::text::bytea), 'sk_test_', '0000', ${now}, ${now}
    from generate_series(1, 100000) as n
  `.execute(database.db);
  await sql`analyze api_keys`.execute(database.db);
  const { rows } = await sql<{ 'QUERY PLAN': string }>`
    explain select api_keys.id from api_keys join accounts on accounts.id = api_keys.account_id
    where digest = ${randomBytes(32)} and revoked_at is null
  `.execute(database.db);
  const plan = rows.map((row) => row['QUERY PLAN']).join('\n');
  expect(plan).toContain('api_keys_digest_unique');
  expect(plan).not.toContain('Seq Scan on api_keys');
});
