import { setTimeout as delay } from 'node:timers/promises';
import { sql } from 'kysely';
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

test('who asks with a session that is over is counted by the address, where nobody signed in is held back', async () => {
  const [gone, stays] = [await signIn(service), await signIn(service)];
  await gone.client.post('/app/auth/log-out', {});
  const answers = await Promise.all(
    Array.from({ length: LIMIT + 5 }, async () => await gone.client.get('/app/jobs')),
  );
  expect(answers.filter(({ status }) => status === 401)).toHaveLength(LIMIT);
  const refused = answers.filter(({ status }) => status === 429);
  expect(refused).toHaveLength(5);
  for (const { headers } of refused) expect(['59', '60']).toContain(headers.get('retry-after'));
  expect((await createPageClient(other.url, gone.cookie).get('/app/jobs')).status).toBe(429);
  expect((await stays.client.get('/app/jobs')).status).toBe(200);
  expect((await createPageClient(service.url).get('/app/session')).status).toBe(401);
  const { email, password } = gone;
  expect((await gone.client.post('/app/auth/log-in', { email, password })).status).toBe(200);
});

test('a cookie that was forged is refused without a look at the database', async () => {
  const { cookie, client } = await signIn(service);
  const [name = '', signed = ''] = cookie.split('=');
  const [token = '', signature = ''] = decodeURIComponent(signed).split('.');
  const forged = [
    cookie.replace(token, token.toUpperCase()),
    `${name}=${encodeURIComponent(`${token}.${Buffer.alloc(32).toString('base64')}`)}`,
    `${name}=${token}`,
    `${name}=${encodeURIComponent(`${token}.${signature.toLowerCase()}`)}`,
  ];
  let looksItUp: Promise<string> | undefined;
  await service.db.transaction().execute(async (trx) => {
    await sql`lock table sessions, rate_limit_windows in access exclusive mode`.execute(trx);
    for (const each of forged) {
      const answer = await createPageClient(service.url, each).get('/app/jobs');
      expect(answer.headers.get('x-error-code')).toBe('session.missing');
    }
    looksItUp = client.get('/app/jobs').then(() => 'answered');
    expect(await Promise.race([looksItUp, delay(300, 'waiting')])).toBe('waiting');
  });
  expect(await looksItUp).toBe('answered');
});
