import { setTimeout as delay } from 'node:timers/promises';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { createApiClient, type Answer } from '../../../../test/support/api-client.ts';
import { startTestService, type TestService } from '../../../../test/support/test-service.ts';

const LIMIT = 20;
const CALLERS = 50;

let service: TestService;
let other: TestService;
beforeAll(async () => {
  const settings = { rateLimitRequest: LIMIT, rateLimitSubmit: 3, rateLimitBadKey: 5 };
  service = await startTestService({ working: false, settings });
  other = await startTestService({ working: false, settings, beside: service });
});
afterAll(async () => {
  await other.close();
  await service.close();
});

const headerOf = (answer: Answer, name: string) => Number(answer.headers.get(name));

/** So many callers at once with one key, evenly on both servers. */
async function callAtOnce(key: string | undefined, count: number): Promise<Answer[]> {
  const clients = [service.url, other.url].map((url) => createApiClient(url, key));
  return await Promise.all(
    Array.from({ length: count }, async (_, index) => await clients[index % 2]!.get('/api/v1/usage')),
  );
}

describe('of 50 callers at once on two servers with one key', () => {
  test('as many are answered as the limit says, each with another remainder', async () => {
    const { key } = await service.newCustomer();
    const answers = await callAtOnce(key, CALLERS);
    const allowed = answers.filter(({ status }) => status === 200);
    const refused = answers.filter(({ status }) => status === 429);
    expect([allowed.length, refused.length]).toEqual([LIMIT, CALLERS - LIMIT]);
    expect(allowed.map((answer) => headerOf(answer, 'ratelimit-remaining')).sort((a, b) => b - a)).toEqual(
      Array.from({ length: LIMIT }, (_, index) => LIMIT - 1 - index),
    );
    for (const answer of answers) {
      expect(headerOf(answer, 'ratelimit-limit')).toBe(LIMIT);
      expect([59, 60]).toContain(headerOf(answer, 'ratelimit-reset'));
    }
    for (const answer of refused) {
      expect(headerOf(answer, 'ratelimit-remaining')).toBe(0);
      expect(answer.headers.get('retry-after')).toBe(answer.headers.get('ratelimit-reset'));
      expect(answer.body).toEqual({ detail: 'Rate limit exceeded. Please retry later.' });
    }
  });

  test('whoever waits the seconds of Retry-After is answered, and not before', async () => {
    const { key } = await service.newCustomer();
    const client = createApiClient(other.url, key);
    await callAtOnce(key, CALLERS);
    await endWindowsIn(service, 2.5);
    const refused = await client.get('/api/v1/usage');
    expect(headerOf(refused, 'retry-after')).toBe(3);
    await delay(1000);
    const later = await client.get('/api/v1/usage');
    expect([later.status, headerOf(later, 'ratelimit-reset')]).toEqual([429, 2]);
    await delay(headerOf(later, 'retry-after') * 1000);
    const again = await callAtOnce(key, CALLERS);
    expect(again.filter(({ status }) => status === 200)).toHaveLength(LIMIT);
  });
});

/** As if the windows that are open had been opened earlier. */
async function endWindowsIn({ db }: TestService, seconds: number): Promise<void> {
  await db
    .updateTable('rate_limit_windows')
    .set({ ends_at: sql`statement_timestamp() + ${seconds} * interval '1 second'` })
    .execute();
}

test('what an account was given counts on every server, until it is taken back', async () => {
  const { key, email } = await service.newCustomer();
  await service.accounts.set(email, { requestLimit: 7, submitLimit: 1 });
  const answers = await callAtOnce(key, 10);
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(7);
  expect(answers.map((answer) => headerOf(answer, 'ratelimit-limit'))).toEqual(Array(10).fill(7));
  const clients = [service.url, other.url].map((url) => createApiClient(url, key));
  const submissions = [await clients[0]!.submit(), await clients[1]!.submit()];
  expect(submissions.map(({ status }) => status)).toEqual([200, 429]);
  await service.accounts.set(email, { requestLimit: null });
  await expect
    .poll(async () => (await clients[1]!.get('/api/v1/usage')).headers.get('ratelimit-limit'), {
      timeout: 1000,
    })
    .toBe(String(LIMIT));
});

test('bad keys are counted by their address on all servers together', async () => {
  const answers = await callAtOnce('sk_test_nonsense', 12);
  const count = (wanted: number) => answers.filter(({ status }) => status === wanted).length;
  expect([count(401), count(429)]).toEqual([5, 7]);
});
