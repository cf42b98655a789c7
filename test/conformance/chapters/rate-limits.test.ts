import { beforeAll, expect, inject } from 'vitest';

import type { Answer } from '../api.ts';
import { apiWith, newCustomer, operator } from '../customers.ts';
import { form } from '../jobs.ts';
import { line } from '../line.ts';
import { beginRequest } from '../raw-request.ts';

const MESSAGE = 'Rate limit exceeded. Please retry later.';
const LIMITS = ['ratelimit-limit', 'ratelimit-remaining', 'ratelimit-reset'];

/** One account with all the keys it may have: each key has limits of its own, so each test can use one up. */
let email: string;
let keys: [string, string, string];
beforeAll(async () => {
  const customer = await newCustomer();
  email = customer.email;
  keys = [
    customer.key,
    await operator().createKey(email, 'second'),
    await operator().createKey(email, 'third'),
  ];
});

const submitNothing = async (key: string): Promise<Answer> =>
  await apiWith(key).post('/api/v1/transcribe', form(null));
const ask = async (key: string): Promise<Answer> => await apiWith(key).get('/api/v1/usage');

/** A header of an answer as a whole number, NaN where it is none. */
function numberIn({ headers }: Answer, name: string): number {
  const value = headers.get(name) ?? '';
  return /^\d+$/.test(value) ? Number(value) : NaN;
}

/** How many of many requests at once are let through by the limits. */
async function letThrough(times: number, one: () => Promise<Answer>): Promise<number> {
  const answers = await Promise.all(Array.from({ length: times }, one));
  return answers.filter(({ status }) => status !== 429).length;
}

line(
  'limits.headers',
  'every answer tells the limit, what remains and the seconds to its reset',
  async () => {
    const answers = [
      await ask(keys[0]),
      await apiWith(keys[0]).get('/api/v1/jobs/none'),
      await ask(keys[0]),
      await apiWith('nonsense').get('/api/v1/usage'),
    ];
    for (const answer of answers) for (const name of LIMITS) expect(numberIn(answer, name)).not.toBeNaN();
    const remaining = answers.slice(0, 3).map((answer) => numberIn(answer, 'ratelimit-remaining'));
    const limit = numberIn(answers[0]!, 'ratelimit-limit');
    expect(remaining).toEqual([limit - 1, limit - 2, limit - 3]);
  },
);

line('limits.submit', 'a key submits 10 times a minute, also when it asks for more at once', async () => {
  expect(await letThrough(25, () => submitNothing(keys[0]))).toBe(10);
});

line('limits.request', 'a key asks for everything else 60 times a minute', async () => {
  expect(await letThrough(75, () => ask(keys[1]))).toBe(60);
});

line('limits.apart', 'submissions and other requests are counted apart', async () => {
  expect((await submitNothing(keys[1])).status).toBe(400);
  expect((await ask(keys[0])).status).toBe(200);
});

line('limits.per-key', 'each key of an account has limits of its own', async () => {
  const statuses = [await submitNothing(keys[0]), await submitNothing(keys[2])].map(({ status }) => status);
  expect(statuses).toEqual([429, 400]);
});

line(
  'limits.429',
  'over the limit the answer is 429 with its sentence and Retry-After in whole seconds',
  async () => {
    const answer = await submitNothing(keys[0]);
    expect(answer).toMatchObject({ status: 429, body: { detail: MESSAGE } });
    const seconds = numberIn(answer, 'retry-after');
    expect(seconds).toBeGreaterThanOrEqual(1);
    expect(seconds).toBeLessThanOrEqual(60);
    expect(seconds).toBe(numberIn(answer, 'ratelimit-reset'));
  },
);

line('limits.bad-keys', 'bad keys are limited per address, and do not hold back good ones', async () => {
  // On this machine the test comes from an address of its own; elsewhere nothing else should ask from ours.
  const isHere = /^127\.|^localhost$/.test(new URL(inject('conformance').url).hostname);
  const statuses = new Set<number>();
  for (let asked = 0; asked < 100 && !statuses.has(429); asked++) {
    statuses.add((await askFrom(isHere ? '127.0.0.77' : undefined, `sk_test_${asked}`)).status);
  }
  expect(statuses).toEqual(new Set([401, 429]));
  expect((await askFrom(isHere ? '127.0.0.77' : undefined, keys[2])).status).toBe(200);
});

async function askFrom(address: string | undefined, key: string): Promise<Answer> {
  const headers = { 'X-API-Key': key, Connection: 'close' };
  const request = await beginRequest(
    { method: 'GET', path: '/api/v1/usage', headers },
    address === undefined ? {} : { address },
  );
  return await request.answer();
}
