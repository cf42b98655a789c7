import { setTimeout as delay } from 'node:timers/promises';
import { beforeAll, expect, inject } from 'vitest';

import type { Answer } from '../api.ts';
import { apiWith, type Customer, newCustomer, operator, strangerWith } from '../customers.ts';
import { form, transcribe } from '../jobs.ts';
import { line } from '../line.ts';
import { beginRequest } from '../raw-request.ts';
import { broken, silence } from '../recordings.ts';

const WRONG_NAME = { ...broken, name: 'broken.txt' };

let rich: Customer;
let poor: Customer;
let suspended: Customer;
/** The second key of the poor account, which uses up its submissions. */
let busyKey: string;
beforeAll(async () => {
  [rich, poor, suspended] = await Promise.all([newCustomer(), newCustomer({ credit: '0' }), newCustomer()]);
  busyKey = await operator().createKey(poor.email, 'busy');
  await operator().setStatus(suspended.email, 'suspend');
});

/** Announces a large body, sends none of it, and waits for the answer. */
async function announce(key?: string): Promise<Answer> {
  const request = await beginRequest({
    method: 'POST',
    path: '/api/v1/transcribe',
    headers: {
      ...(key !== undefined && { 'X-API-Key': key }),
      'Content-Type': 'multipart/form-data; boundary=cut',
      'Content-Length': String(400 * 1024 * 1024),
    },
  });
  const answer = await request.answer();
  if (key !== undefined || answer.status !== 429) return answer;
  // Without a key the address counts, and other chapters ask from it, too.
  await delay(Number(answer.headers.get('retry-after')) * 1000);
  return await announce(key);
}

/** Asks until the submissions of the key are used up. */
async function useUp(key: string): Promise<void> {
  for (let status = 0; status !== 429;) {
    ({ status } = await apiWith(key).post('/api/v1/transcribe', form(null)));
  }
}

line('order.key-first', 'the key is checked before everything else', async () => {
  const answer = await transcribe(strangerWith(), WRONG_NAME);
  expect(answer.status).toBe(401);
});

line(
  'order.account-before-rate',
  'a suspended account is a 403, however many requests it has sent',
  async () => {
    const statuses = [];
    for (let asked = 0; asked < 12; asked++) {
      statuses.push((await suspended.impatient.post('/api/v1/transcribe', form(WRONG_NAME))).status);
    }
    expect(new Set(statuses)).toEqual(new Set([403]));
  },
);

line('order.rate-before-balance', 'the rate is checked before the balance', async () => {
  await useUp(busyKey);
  expect((await transcribe(apiWith(busyKey), WRONG_NAME)).status).toBe(429);
});

line('order.balance-before-form', 'the balance is checked before the form', async () => {
  expect((await transcribe(poor.api, WRONG_NAME)).status).toBe(402);
  expect((await poor.api.post('/api/v1/transcribe', 'no form at all')).status).toBe(402);
});

line(
  'order.before-the-body',
  '401, 403, 429 and the first 402 are answered before a byte of the body',
  async () => {
    await useUp(busyKey);
    const answers = await Promise.all([undefined, suspended.key, busyKey, poor.key].map(announce));
    expect(answers.map(({ status }) => status)).toEqual([401, 403, 429, 402]);
  },
);

line('order.name-before-size', 'the name is checked before the size, the size before the bytes', async () => {
  const { api } = rich;
  const bytes = new Uint8Array(inject('conformance').maxUploadMb * 1024 * 1024 + 1);
  const misnamed = await transcribe(api, { name: 'long.txt', bytes });
  expect(misnamed.body['detail']).toMatch(/^Unsupported file type/);
  const long = await transcribe(api, { name: 'long.mp3', bytes });
  expect(long.body['detail']).toMatch(/larger than \d+ MB/);
});

line('order.bytes-before-price', 'what is no audio is a 400, however long it says it is', async () => {
  // A header that promises more minutes than the account can pay for.
  const header = silence(100 * 60_000, { sampleRate: 100 }).bytes.subarray(0, 44);
  expect((await transcribe(rich.api, { name: 'promise.wav', bytes: header })).status).toBe(400);
});
