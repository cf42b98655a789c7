import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { createApiClient } from '../../../../test/support/api-client.ts';
import { createPageClient, PASSWORD, signIn } from '../../../../test/support/signed-in.ts';
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

test('one machine that guesses at a password does not keep its owner out, and a hundred wait', async () => {
  const proxied = await start({ rateLimitSignIn: 2, rateLimitMail: PATIENT, trustProxy: true });
  const from = (address: string) =>
    createApiClient(proxied.url, undefined, { origin: proxied.url, 'x-forwarded-for': address });
  const email = 'victim@example.org';
  await from('10.0.0.1').post('/app/auth/register', { email, password: PASSWORD });
  const logIn = async (address: string, password: string) =>
    (await from(address).post('/app/auth/log-in', { email, password })).status;
  const guess = async (address: string) => await logIn(address, 'a guessed password');

  const statuses = await Promise.all(Array.from({ length: 30 }, async () => await guess('10.0.0.2')));
  expect(statuses.filter((status) => status === 401)).toHaveLength(2);
  expect(await logIn('10.0.0.3', PASSWORD), 'what was refused is not counted against the address').toBe(200);

  const networks = Array.from({ length: 100 }, (_, index) => `10.0.1.${index}`);
  const guesses = await Promise.all(networks.map(guess));
  expect(guesses.filter((status) => status === 401)).toHaveLength(2 * 10 - 3);
  expect(await logIn('10.0.0.4', PASSWORD)).toBe(429);
});

test('who has signed in gives the password as often as he may, whatever strangers try with the address', async () => {
  const guarded = await start({ rateLimitSignIn: 3, rateLimitMail: PATIENT });
  const { client, email } = await signIn(guarded);
  const guesser = createPageClient(guarded.url);
  const guess = { email, password: 'a guessed password' };
  await Promise.all(Array.from({ length: 10 }, async () => await guesser.post('/app/auth/log-in', guess)));
  const wrong = { password: 'not the password' };
  const asked = [
    await client.post('/app/account/password', { currentPassword: 'not it', newPassword: 'a brand new one' }),
    await client.post('/app/account/email', { ...wrong, newEmail: 'new@example.org' }),
    await client.post('/app/account/close', wrong),
    await client.post('/app/account/close', { password: PASSWORD }),
  ];
  expect(asked.map(({ status }) => status)).toEqual([400, 400, 400, 429]);
});

/** What somebody who has an account of his own asks of an address that is not his. */
const asker = async (email: string) => {
  const { client } = await signIn(sparing);
  return async (path: string) => {
    const body = { email, newEmail: email, password: PASSWORD };
    return (await client.post(`/app/${path}`, body)).status;
  };
};
const mailsTo = async (email: string) =>
  (await sparing.mails.outbox()).filter(({ to }) => to === email).map(({ subject }) => subject);

describe('the mails that strangers can have sent to an address', () => {
  test('are two an hour for each purpose, and one that is used up holds back no other', async () => {
    const email = 'known@example.org';
    const ask = await asker(email);
    const purposes = ['auth/register', 'auth/resend-verification', 'auth/forgot', 'account/email'];
    for (const path of purposes) {
      expect([await ask(path), await ask(path), await ask(path)], path).toEqual([200, 200, 429]);
    }
    expect(await mailsTo(email), 'nobody changes to an address that has an account').toEqual([
      ...Array(2).fill('Set a new password'),
      ...Array(4).fill('Confirm your e-mail address'),
    ]);
  });

  test('that has no account are none, are refused alike, and do not keep its owner from registering', async () => {
    const email = 'nobody@example.org';
    const ask = await asker(email);
    for (const path of ['auth/resend-verification', 'auth/forgot']) {
      expect([await ask(path), await ask(path), await ask(path)], path).toEqual([200, 200, 429]);
    }
    expect(await mailsTo(email)).toEqual([]);
    expect(await ask('auth/register')).toBe(200);
    expect(await mailsTo(email)).toEqual(['Confirm your e-mail address']);
  });

  test('let somebody whose mails a stranger has used up set a password by any of them', async () => {
    const { email } = await signIn(sparing);
    const ask = await asker(email);
    expect([await ask('auth/forgot'), await ask('auth/forgot'), await ask('auth/forgot')]).toEqual([
      200, 200, 429,
    ]);
    const links = (await sparing.mails.outbox()).filter(
      ({ to, text }) => to === email && text.includes('/reset?'),
    );
    const oldest = /token=(\S+)/.exec(links.at(-1)?.text ?? '')?.[1] ?? '';
    const reset = { token: decodeURIComponent(oldest), password: 'a brand new password' };
    expect((await createPageClient(sparing.url).post('/app/auth/reset', reset)).status).toBe(200);
  });
});
