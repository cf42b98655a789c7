import { OAuth2Server } from 'oauth2-mock-server';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';

import {
  cookieOf,
  createPageClient,
  mailedToken,
  PASSWORD,
  signIn,
} from '../../../../test/support/signed-in.ts';
import { startTestService, type TestService } from '../../../../test/support/test-service.ts';
import { identityProviderIn } from './identity-provider.ts';

/** Whom the provider says it has before it. */
interface Claims {
  sub: string;
  email: string;
  email_verified: boolean;
}

const provider = new OAuth2Server();
let claims: Claims;
let service: TestService;
beforeAll(async () => {
  await provider.issuer.keys.generate('RS256');
  await provider.start(0, '127.0.0.1');
  provider.service.on('beforeTokenSigning', (token: { payload: object }) =>
    Object.assign(token.payload, claims),
  );
  service = await startTestService({
    working: false,
    settings: {
      oidcIssuer: provider.issuer.url!,
      oidcClientId: 'icana',
      oidcClientSecret: 'between us',
      oidcName: 'Example Corp',
    },
  });
});
afterAll(async () => {
  await service.close();
  await provider.stop();
});
let subjects = 0;
beforeEach(() => {
  const sub = `subject-${(subjects += 1)}`;
  claims = { sub, email: `${sub}@example.org`, email_verified: true };
});

/** What the browser does: to the provider, which asks nothing here, and back. */
async function throughProvider(alter: (back: URL) => void = () => {}) {
  const started = await createPageClient(service.url).post('/app/auth/provider');
  const url = new URL(String(started.body['url']));
  const atProvider = await fetch(url, { redirect: 'manual' });
  const back = new URL(atProvider.headers.get('location')!);
  alter(back);
  const cookie = cookieOf(started.headers);
  const returned = await fetch(back, { redirect: 'manual', headers: { cookie } });
  return { asked: url, location: returned.headers.get('location'), cookie: cookieOf(returned.headers) };
}
const sessionOf = async (cookie: string) => await createPageClient(service.url, cookie).get('/app/session');

test('whoever the provider knows by a verified address has an account at once, and the same one again', async () => {
  const { asked, location, cookie } = await throughProvider();
  expect(asked.searchParams.get('code_challenge_method')).toBe('S256');
  expect(asked.searchParams.get('nonce')).toBeTruthy();
  expect(asked.searchParams.get('redirect_uri')).toBe(`${service.url}/app/auth/callback/oidc`);
  expect(location).toBe('/');
  const session = { email: claims.email, accountStatus: 'active', hasPassword: false };
  expect((await sessionOf(cookie)).body).toMatchObject({ ...session, availableMicroAud: 1_440_000 });

  const { id } = await service.accounts.byEmail(claims.email);
  expect((await sessionOf((await throughProvider()).cookie)).body).toMatchObject(session);
  expect((await service.accounts.byEmail(claims.email)).id).toBe(id);
});

test('the provider’s tokens are not kept', async () => {
  await throughProvider();
  const row = await service.db
    .selectFrom('sign_in_methods')
    .selectAll()
    .where('subject', '=', claims.sub)
    .executeTakeFirstOrThrow();
  expect(row).toMatchObject({ provider: 'oidc', access_token: null, refresh_token: null, id_token: null });
});

test('a person with a verified address is the same person at the provider', async () => {
  const { email, accountId } = await signIn(service);
  claims.email = email;
  const { cookie } = await throughProvider();
  expect((await sessionOf(cookie)).body).toMatchObject({ email, hasPassword: true });
  expect((await service.accounts.byEmail(email)).id).toBe(accountId);
});

test('an address that the provider has not verified is nobody’s', async () => {
  const { email } = await signIn(service);
  Object.assign(claims, { email, email_verified: false });
  const { location, cookie } = await throughProvider();
  expect(location).toMatch(/^\/login\?error=/);
  expect((await sessionOf(cookie)).status).toBe(401);
});

test('who registered in another’s name does not come along with the provider’s word', async () => {
  const { email, cookie: registrants } = await signIn(service, { unverified: true });
  claims.email = email;
  const { location, cookie } = await throughProvider();
  expect(location).toMatch(/^\/login\?error=/);
  expect((await sessionOf(cookie)).status).toBe(401);
  expect((await sessionOf(registrants)).body).toMatchObject({ accountStatus: 'unverified' });
});

test('who came in another’s name by a provider does not come again once the address is its owner’s', async () => {
  claims.email_verified = false;
  const { cookie: first } = await throughProvider();
  expect((await sessionOf(first)).body).toMatchObject({ accountStatus: 'unverified' });

  const { email } = claims;
  const owner = createPageClient(service.url);
  await owner.post('/app/auth/forgot', { email });
  const token = await mailedToken(service, email, '/reset');
  expect((await owner.post('/app/auth/reset', { token, password: PASSWORD })).status).toBe(200);

  const again = await throughProvider();
  expect(again.location).toMatch(/^\/login\?error=/);
  for (const cookie of [first, again.cookie]) expect((await sessionOf(cookie)).status).toBe(401);
  expect((await owner.post('/app/auth/log-in', { email, password: PASSWORD })).status).toBe(200);
});

test('an account that an operator made is for whom the provider verifies', async () => {
  const { id, email } = await service.accounts.create('corporate@example.org');
  claims.email = email;
  expect((await sessionOf((await throughProvider()).cookie)).body).toMatchObject({ email });
  expect((await service.accounts.byEmail(email)).id).toBe(id);
});

test('a way back with another’s state, or without one, is no way in', async () => {
  for (const alter of [
    (back: URL) => back.searchParams.set('state', 'made-up'),
    (back: URL) => back.searchParams.delete('state'),
    (back: URL) => back.searchParams.set('code', 'made-up'),
  ]) {
    const { location, cookie } = await throughProvider(alter);
    expect(location).toMatch(/\/login\?error=/);
    expect((await sessionOf(cookie)).status).toBe(401);
  }
});

test('nobody of a closed account comes in', async () => {
  await throughProvider();
  await service.accounts.step(claims.email, 'close');
  const { cookie } = await throughProvider();
  expect((await sessionOf(cookie)).status).toBe(401);
});

test('the pages are told what people call it', async () => {
  const { body } = await createPageClient(service.url).get('/app/auth/options');
  expect(body).toEqual({
    providerName: 'Example Corp',
    mailIsSent: false,
    welcomeMicroAud: 1_440_000,
    welcomeMinutes: 90,
  });
});

test('where it cannot be reached, passwords still work', async () => {
  const alone = await startTestService({
    working: false,
    settings: { oidcIssuer: 'http://127.0.0.1:9', oidcClientId: 'icana', oidcClientSecret: 'x' },
  });
  try {
    const page = createPageClient(alone.url);
    const answer = await page.post('/app/auth/provider');
    expect({ status: answer.status, code: answer.headers.get('x-error-code') }).toEqual({
      status: 400,
      code: 'sign_in.no_provider',
    });
    await page.post('/app/auth/register', { email: 'ada@example.org', password: PASSWORD });
    const entered = await page.post('/app/auth/log-in', { email: 'ada@example.org', password: PASSWORD });
    expect(entered.status).toBe(200);
  } finally {
    await alone.close();
  }
});

test('half a provider is none: the start says what is missing', () => {
  const half = { oidcIssuer: 'https://id.example.org', oidcClientId: 'icana', oidcName: 'x' };
  expect(() => identityProviderIn({ ...half, oidcClientSecret: undefined })).toThrow('belong together');
});
