import { request as httpRequest } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';

import { createApiClient, type ApiClient, type Answer } from '../support/api-client.ts';
import { startTestService, type TestService } from '../support/test-service.ts';

/** A recording that costs AUD 0.50, so that the last one that can be paid also meets the minimum. */
const HALF_DOLLAR_SECONDS = 31.25 * 60;
const FIVE_DOLLARS_MICRO_AUD = 5_000_000;
const WELCOME_MICRO_AUD = 1_440_000;
const FIVE_MINUTES = { timeout: 300_000 };

let service: TestService;
beforeAll(async () => {
  service = await startTestService({
    working: false,
    engine: { probe: async () => ({ durationSeconds: HALF_DOLLAR_SECONDS }) },
  });
});
afterAll(() => service.close());
afterEach(async () => {
  expect((await service.audit.verify()).findings).toEqual([]);
  expect(service.troubles).toEqual([]);
});

/** A customer with credit for exactly ten. */
async function newClient() {
  const customer = await service.newCustomer();
  const amountMicroAud = FIVE_DOLLARS_MICRO_AUD - WELCOME_MICRO_AUD;
  await service.credits.adjust({ accountId: customer.accountId, amountMicroAud, reason: 'credit for ten' });
  return { ...customer, client: createApiClient(service.url, customer.key) };
}

const allAtOnce = async (count: number, send: () => Promise<Answer>): Promise<Answer[]> =>
  await Promise.all(Array.from({ length: count }, send));

const filesStored = async () => (await service.audit.verify()).checked.files;

async function jobsOf(client: ApiClient) {
  const { body } = await client.get('/api/v1/jobs?limit=100');
  return body['jobs'] as { id: string; status: string }[];
}

test(
  'of 1,000 submissions at once on credit for 10, 10 are accepted and 990 refused with 402',
  FIVE_MINUTES,
  async () => {
    const { client, accountId } = await newClient();
    const filesBefore = await filesStored();
    const answers = await allAtOnce(1000, () => client.submit());
    const counts: Record<number, number> = {};
    for (const { status } of answers) counts[status] = (counts[status] ?? 0) + 1;
    expect(counts).toEqual({ 200: 10, 402: 990 });
    const jobs = await jobsOf(client);
    const accepted = answers.filter(({ status }) => status === 200).map(({ body }) => body['job_id']);
    expect(new Set(jobs.map(({ id }) => id))).toEqual(new Set(accepted));
    expect(await service.credits.balance(accountId)).toEqual({ available: 0, held: FIVE_DOLLARS_MICRO_AUD });
    expect(await filesStored()).toBe(filesBefore + 10);
  },
);

test('200 submissions at once with the same Idempotency-Key are one job', FIVE_MINUTES, async () => {
  const { client, accountId } = await newClient();
  const filesBefore = await filesStored();
  const answers = await allAtOnce(200, () => client.submit({}, { 'Idempotency-Key': 'the-same' }));
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
  const ids = new Set(answers.map(({ body }) => body['job_id']));
  expect(ids).toEqual(new Set((await jobsOf(client)).map(({ id }) => id)));
  expect(ids.size).toBe(1);
  expect(await service.credits.balance(accountId)).toEqual({ available: 4_500_000, held: 500_000 });
  expect(await filesStored()).toBe(filesBefore + 1);
});

test('a submission that broke off in the middle of its file can be repeated with its Idempotency-Key', async () => {
  const { client, key, accountId } = await newClient();
  const idempotent = { 'Idempotency-Key': 'cut-and-repeated' };
  const cut = httpRequest(`${service.url}/api/v1/transcribe`, {
    method: 'POST',
    headers: { 'X-API-Key': key, 'Content-Type': 'multipart/form-data; boundary=b', ...idempotent },
  });
  cut.on('error', () => {});
  cut.write('--b\r\nContent-Disposition: form-data; name="file"; filename="talk.mp3"\r\n\r\nsou');
  const untilJob = async (status: string) => {
    while ((await jobsOf(client))[0]?.status !== status) await delay(20);
  };
  await untilJob('uploading');
  cut.destroy();
  await untilJob('failed');

  const repeated = await client.submit({}, idempotent);
  expect(repeated.status).toBe(200);
  expect((await client.submit({}, idempotent)).body).toEqual(repeated.body);
  expect((await jobsOf(client)).map(({ status }) => status)).toEqual(['pending', 'failed']);
  expect(await service.credits.balance(accountId)).toEqual({ available: 4_500_000, held: 500_000 });
});
