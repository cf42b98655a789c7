import { afterAll, beforeAll, expect, test } from 'vitest';

import { createPageClient, signIn } from '../../../../test/support/signed-in.ts';
import { startTestService, type TestService } from '../../../../test/support/test-service.ts';

const LIMIT = 30;

let service: TestService;
let other: TestService;
beforeAll(async () => {
  const settings = { rateLimitDashboard: LIMIT };
  service = await startTestService({ working: false, settings });
  other = await startTestService({ working: false, settings, beside: service });
});
afterAll(async () => {
  await other.close();
  await service.close();
});

test('what a person asks for is counted on all servers together, and nobody else is held back', async () => {
  const { cookie } = await signIn(service);
  const pages = [service, other].map(({ url }) => createPageClient(url, cookie));
  const ask = async (each: number) =>
    await pages[each % 2]!.get(each % 3 === 0 ? '/app/jobs' : '/app/nothing');
  const answers = await Promise.all(Array.from({ length: 2 * LIMIT }, async (_, each) => await ask(each)));

  const refused = answers.filter(({ status }) => status === 429);
  expect(refused).toHaveLength(LIMIT);
  for (const { headers, body } of refused) {
    expect(headers.get('x-error-code')).toBe('limits.exceeded');
    expect(['59', '60']).toContain(headers.get('retry-after'));
    expect(body).toEqual({ detail: 'Rate limit exceeded. Please retry later.' });
  }
  expect((await pages[0]!.get('/app/auth/options')).status).toBe(200);
  const another = await signIn(service);
  expect((await another.client.get('/app/jobs')).status).toBe(200);
});

test('who is turned away for another reason is counted, too', async () => {
  const { client, email } = await signIn(service);
  await service.accounts.step(email, 'suspend');
  const statuses = await Promise.all(
    Array.from({ length: LIMIT + 5 }, async () => (await client.get('/app/jobs')).status),
  );
  expect(statuses.filter((status) => status === 403)).toHaveLength(LIMIT);
  expect(statuses.filter((status) => status === 429)).toHaveLength(5);
});
