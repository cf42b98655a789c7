import { afterAll, beforeAll, expect, test } from 'vitest';

import { createApiClient } from '../../../../test/support/api-client.ts';
import { createPageClient, PASSWORD } from '../../../../test/support/signed-in.ts';
import { startTestService, type TestService } from '../../../../test/support/test-service.ts';

const PATIENT = 1e6;
const services: TestService[] = [];
async function start(settings: { rateLimitSignIn: number; rateLimitMail: number; trustProxy?: boolean }) {
  const service = await startTestService({ working: false, settings });
  services.push(service);
  return service;
}

let strict: TestService;
let sparing: TestService;
beforeAll(async () => {
  strict = await start({ rateLimitSignIn: 4, rateLimitMail: PATIENT });
  sparing = await start({ rateLimitSignIn: PATIENT, rateLimitMail: 2 });
});
afterAll(() => Promise.all(services.map((service) => service.close())));

test('whoever tries too often from one machine waits, whomever it is about', async () => {
  const guesser = createPageClient(strict.url);
  const statuses: number[] = [];
  for (let each = 0; each < 5; each += 1) {
    const guess = { email: `victim-${each}@example.org`, password: 'a guessed password' };
    const answer = await guesser.post('/app/auth/log-in', guess);
    statuses.push(answer.status);
    if (answer.status !== 429) continue;
    expect(answer.headers.get('x-error-code')).toBe('limits.exceeded');
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(30);
  }
  expect(statuses).toEqual([401, 401, 401, 401, 429]);
});

test('whoever has a whole network of addresses is one machine', async () => {
  const proxied = await start({ rateLimitSignIn: 2, rateLimitMail: PATIENT, trustProxy: true });
  const from = async (address: string) => {
    const guesser = createApiClient(proxied.url, undefined, {
      origin: proxied.url,
      'x-forwarded-for': address,
    });
    const guess = { email: `${address.length}@example.org`, password: 'a guessed password' };
    return (await guesser.post('/app/auth/log-in', guess)).status;
  };
  expect(await from('2001:db8:1:2::1')).toBe(401);
  expect(await from('2001:db8:1:2::12')).toBe(401);
  expect(await from('2001:db8:1:2::123')).toBe(429);
  expect(await from('2001:db8:1:3::1234')).toBe(401);
});

test('an address gets two mails an hour from strangers, whether there is an account for it or not', async () => {
  const page = createPageClient(sparing.url);
  await page.post('/app/auth/register', { email: 'known@example.org', password: PASSWORD });
  const asked = async (email: string, path: string) =>
    (await page.post(`/app/auth/${path}`, { email, password: PASSWORD })).status;
  expect(await asked('known@example.org', 'forgot')).toBe(200);
  expect(await asked('known@example.org', 'resend-verification')).toBe(429);
  expect(await asked('known@example.org', 'forgot')).toBe(429);
  expect(await asked('known@example.org', 'register')).toBe(429);
  expect([await asked('no@example.org', 'forgot'), await asked('no@example.org', 'forgot')]).toEqual([
    200, 200,
  ]);
  expect(await asked('no@example.org', 'forgot')).toBe(429);
  expect(await sparing.mails.outbox()).toHaveLength(2);
});
