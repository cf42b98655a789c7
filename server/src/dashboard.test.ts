import { afterAll, beforeAll, expect, test } from 'vitest';

import { createApiClient } from '../../test/support/api-client.ts';
import { createPageClient, signIn } from '../../test/support/signed-in.ts';
import { startTestService, type TestService } from '../../test/support/test-service.ts';

/** The ways in. */
const OPEN = [
  'GET /app/auth/callback/oidc',
  'GET /app/auth/options',
  'POST /app/auth/forgot',
  'POST /app/auth/log-in',
  'POST /app/auth/provider',
  'POST /app/auth/register',
  'POST /app/auth/resend-verification',
  'POST /app/auth/reset',
  'POST /app/auth/verify',
];

const routes: { method: string; url: string }[] = [];
let service: TestService;
beforeAll(async () => {
  service = await startTestService({ working: false, onRoute: (route) => routes.push(route) });
});
afterAll(() => service.close());

const named = ({ method, url }: { method: string; url: string }) => `${method} ${url}`;
const ofTheDashboard = () => routes.filter(({ method, url }) => url.startsWith('/app/') && method !== 'HEAD');

test('every route of the dashboard but the ways in answers 401 without a session', async () => {
  const guarded = ofTheDashboard().filter((route) => !OPEN.includes(named(route)));
  expect(guarded.map(named)).toContain('GET /app/session');
  for (const { method, url } of guarded) {
    const answer = await createPageClient(service.url).open(url, { method });
    const code = answer.headers.get('x-error-code');
    expect({ status: answer.status, code }, `${method} ${url}`).toEqual({
      status: 401,
      code: 'session.missing',
    });
    await answer.body?.cancel();
  }
});

test('the ways in are all there are', () => {
  const known = new Set(ofTheDashboard().map(named));
  expect(OPEN.filter((name) => !known.has(name))).toEqual([]);
});

test('every route that changes something answers 403 to a page of somebody else', async () => {
  const { cookie } = await signIn(service);
  const strangers: Record<string, string>[] = [
    {},
    { origin: 'https://evil.example' },
    { origin: 'null' },
    { origin: service.url, 'sec-fetch-site': 'same-site' },
    { 'sec-fetch-site': 'cross-site' },
  ];
  for (const { method, url } of ofTheDashboard().filter((route) => route.method !== 'GET')) {
    for (const stranger of strangers) {
      const answer = await createApiClient(service.url).open(url, {
        method,
        headers: { cookie, ...stranger },
      });
      const code = answer.headers.get('x-error-code');
      expect({ status: answer.status, code }, `${method} ${url} ${JSON.stringify(stranger)}`).toEqual({
        status: 403,
        code: 'session.foreign_origin',
      });
      await answer.body?.cancel();
    }
  }
});

/** What people may change whose address is not verified. */
const BEFORE_VERIFICATION = [
  'DELETE /app/account/sessions/:id',
  'DELETE /app/keys/:id',
  'POST /app/account/close',
  'POST /app/account/email',
  'POST /app/account/log-out-everywhere',
  'POST /app/account/password',
  'POST /app/auth/log-out',
  // One, to see what it answers.
  'POST /app/keys',
  'PUT /app/account/time-zone',
];

test('who is not verified changes nothing but how he signs in', async () => {
  const { client } = await signIn(service, { unverified: true });
  for (const route of ofTheDashboard()) {
    if (route.method === 'GET' || [...OPEN, ...BEFORE_VERIFICATION].includes(named(route))) continue;
    const answer = await client.open(route.url, { method: route.method });
    expect(answer.headers.get('x-error-code'), named(route)).toBe('account.unverified');
    await answer.body?.cancel();
  }
});

test('what is not there answers 401 without a session, and 404 with one', async () => {
  expect((await createPageClient(service.url).get('/app/nothing')).status).toBe(401);
  expect((await (await signIn(service)).client.get('/app/nothing')).status).toBe(404);
});
