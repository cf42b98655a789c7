import { afterAll, beforeAll, expect, test } from 'vitest';

import { createApiClient } from '../../../../test/support/api-client.ts';
import { signIn, type SignedInPerson } from '../../../../test/support/signed-in.ts';
import { startTestService, type TestService } from '../../../../test/support/test-service.ts';

let isBroken = false;
let service: TestService;
let operator: SignedInPerson;
beforeAll(async () => {
  service = await startTestService({
    working: false,
    readiness: {
      storage: async () => {
        if (isBroken) throw new Error('no space left');
      },
    },
  });
  operator = await signIn(service, { isOperator: true });
});
afterAll(() => service.close());

const overview = async () => (await operator.client.get('/app/operator/overview')).body;

async function submitted(): Promise<string> {
  const { key } = await service.newCustomer();
  return String((await createApiClient(service.url, key).submit()).body['job_id']);
}

test('the overview counts accounts, jobs and tasks, and says since when the oldest job is open', async () => {
  const ids = [await submitted(), await submitted(), await submitted()];
  await service.accounts.create('closed@example.org');
  await service.accounts.step('closed@example.org', 'close');
  const oldest = await service.jobs.summaryOf(ids[1]!);
  await service.lifecycle.fail(ids[0]!, 'It breaks off.');
  await service.lifecycle.startProcessing(ids[2]!);
  await expect
    .poll(overview, { timeout: 15_000 })
    .toMatchObject({ tasks: expect.arrayContaining([{ task: 'transcribe', waiting: 2, active: 0 }]) });
  const seen = await overview();
  expect(seen).toMatchObject({
    failing: [],
    accounts: { unverified: 0, active: 4, suspended: 0, closed: 1 },
    lastDay: { completed: 0, failed: 1, audioMs: 0 },
    oldestOpenAt: oldest?.created_at,
  });
  expect(seen['openJobs']).toHaveLength(2);
  expect(seen['openJobs']).toEqual(
    expect.arrayContaining([
      { status: 'pending', count: 1 },
      { status: 'processing', count: 1 },
    ]),
  );
  const { freeBytes, totalBytes } = seen['disk'] as { freeBytes: number; totalBytes: number };
  expect(freeBytes).toBeGreaterThan(0);
  expect(freeBytes).toBeLessThanOrEqual(totalBytes);
});

test('what is out of order is named', async () => {
  isBroken = true;
  expect((await overview())['failing']).toEqual(['storage']);
});
