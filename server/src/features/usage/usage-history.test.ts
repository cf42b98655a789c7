import type { UsageHistory } from '@icana/contract/app';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { createApiClient } from '../../../../test/support/api-client.ts';
import { signIn, type SignedInPerson } from '../../../../test/support/signed-in.ts';
import { startTestService, type TestService } from '../../../../test/support/test-service.ts';
import { newId } from '../../lib/ids.ts';

const DAY_MS = 24 * 3_600_000;
const PRICE_OF_A_MINUTE = 16_000;
const NONE = { jobs: 0, failed: 0, audioMs: 0, costMicroAud: 0 };

let service: TestService;
beforeAll(async () => {
  service = await startTestService({ working: false });
});
afterAll(() => service.close());

const usage = async ({ client }: SignedInPerson, days = 30) =>
  (await client.get(`/app/usage?days=${days}`)).body as unknown as UsageHistory;

/** A job of a minute as it is in the books, submitted then. */
async function job(
  { accountId }: SignedInPerson,
  { createdAt, keyId = null, failed = false }: { createdAt: Date; keyId?: string | null; failed?: boolean },
): Promise<void> {
  const end = failed
    ? { status: 'failed' as const, error_message: 'x', charged_micro_aud: 0 }
    : { status: 'completed' as const, charged_micro_aud: PRICE_OF_A_MINUTE, decoded_duration_ms: 60_000 };
  await service.db
    .insertInto('jobs')
    .values({
      id: newId(),
      account_id: accountId,
      api_key_id: keyId,
      original_filename: 'a.mp3',
      language: 'en',
      storage_key: newId(),
      held_micro_aud: PRICE_OF_A_MINUTE,
      created_at: createdAt,
      upload_alive_at: createdAt,
      completed_at: new Date(createdAt.getTime() + 5000),
      ...end,
    })
    .execute();
}

const daysAgo = (days: number) => new Date(Date.now() - days * DAY_MS);

describe('the usage of an account', () => {
  test('has a row for each day, and sums of the same days', async () => {
    const person = await signIn(service);
    await job(person, { createdAt: daysAgo(0) });
    await job(person, { createdAt: daysAgo(0), failed: true });
    await job(person, { createdAt: daysAgo(40) });
    await job(person, { createdAt: daysAgo(200) });
    for (const [days, jobs] of [
      [30, 2],
      [90, 3],
      [365, 4],
    ] as const) {
      const { daily, total, byKey } = await usage(person, days);
      expect(daily).toHaveLength(days);
      expect(total).toMatchObject({ jobs, failed: 1, audioMs: (jobs - 1) * 60_000 });
      expect(byKey).toEqual([{ keyId: null, name: 'Dashboard', masked: null, ...total }]);
    }
    const today = { jobs: 2, failed: 1, audioMs: 60_000, costMicroAud: PRICE_OF_A_MINUTE };
    expect((await usage(person)).daily.at(-1)).toMatchObject(today);
    expect((await usage(person)).daily.at(-2)).toMatchObject(NONE);
  });

  test('counts its days as the clocks on its walls do', async () => {
    const person = await signIn(service);
    await service.accounts.set(person.email, { timeZone: 'Pacific/Kiritimati' });
    const { daily, timeZone } = await usage(person);
    const there = new Intl.DateTimeFormat('en-CA', { timeZone: 'Pacific/Kiritimati' }).format(new Date());
    expect(timeZone).toBe('Pacific/Kiritimati');
    expect(daily.at(-1)?.date).toBe(there);
    // What lies outside the days of the table lies outside its keys, too.
    const midnight = daily[0]?.date ?? '';
    await job(person, { createdAt: new Date(`${midnight}T00:00:00+14:00`) });
    await job(person, { createdAt: new Date(new Date(`${midnight}T00:00:00+14:00`).getTime() - 1) });
    const after = await usage(person);
    expect(after.daily[0]?.jobs).toBe(1);
    expect(after.byKey).toMatchObject([{ jobs: 1 }]);
  });

  test('is told by key, also of keys that were revoked', async () => {
    const person = await signIn(service);
    const { apiKey: used } = await service.apiKeys.create(person.accountId, 'server');
    const { apiKey: revoked } = await service.apiKeys.create(person.accountId, 'old');
    await service.apiKeys.revoke(person.accountId, revoked.id);
    for (let number = 0; number < 3; number += 1)
      await job(person, { createdAt: daysAgo(0), keyId: used.id });
    for (let number = 0; number < 2; number += 1)
      await job(person, { createdAt: daysAgo(0), keyId: revoked.id });
    await job(person, { createdAt: daysAgo(0) });
    expect((await usage(person)).byKey).toMatchObject([
      { keyId: used.id, name: 'server', masked: used.masked, jobs: 3 },
      { keyId: revoked.id, name: 'old', jobs: 2 },
      { keyId: null, name: 'Dashboard', jobs: 1 },
    ]);
  });

  test('tells what runs, since when, and how long the slowest took', async () => {
    const person = await signIn(service);
    expect((await usage(person)).pace).toEqual({
      running: 0,
      longest: null,
      completed: 0,
      slowestMs: null,
    });
    await job(person, { createdAt: daysAgo(1) });
    const { key } = await service.apiKeys.create(person.accountId, 'k');
    const api = createApiClient(service.url, key);
    const first = String((await api.submit()).body['job_id']);
    await api.submit();
    const { pace } = await usage(person);
    expect(pace).toMatchObject({
      running: 2,
      longest: { id: first, fileName: 'talk.mp3', status: 'pending' },
      completed: 1,
      slowestMs: 5000,
    });
  });

  test('is nobody else’s', async () => {
    await job(await signIn(service), { createdAt: daysAgo(0) });
    const { total, byKey } = await usage(await signIn(service));
    expect({ total, byKey }).toEqual({ total: NONE, byKey: [] });
  });
});

const lines = async ({ client }: SignedInPerson, query: string) =>
  (await (await client.open(`/app/usage.csv?${query}`)).text()).replace('\ufeff', '').split('\r\n');

describe('a table of usage', () => {
  test('has a line for each day', async () => {
    const person = await signIn(service);
    await job(person, { createdAt: daysAgo(0) });
    const table = await lines(person, 'days=90');
    expect(table[0]).toBe('Day,Recordings,Failed,Minutes,Cost (AUD)');
    expect(table).toHaveLength(92);
    expect(table[90]).toMatch(/^\d{4}-\d\d-\d\d,1,0,1,0\.016$/);
    expect(table[1]).toMatch(/^\d{4}-\d\d-\d\d,0,0,0,0$/);
  });

  test('by key has no cell that a spreadsheet would run', async () => {
    const person = await signIn(service);
    const name = '=cmd|/c calc!A1';
    const { apiKey } = await service.apiKeys.create(person.accountId, name);
    await job(person, { createdAt: daysAgo(0), keyId: apiKey.id });
    expect(await lines(person, 'by=key')).toEqual([
      'Key,Ends with,Recordings,Failed,Minutes,Cost (AUD)',
      `'${name},${apiKey.masked},1,0,1,0.016`,
      '',
    ]);
  });

  test.each(['days=31', 'days=', 'days=30&days=90', 'by=name'])('for %s is refused', async (query) => {
    const { client } = await signIn(service);
    expect((await client.get(`/app/usage.csv?${query}`)).status).toBe(400);
  });
});
