import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import {
  cookieOf,
  createPageClient,
  mailedToken,
  PASSWORD,
  signIn,
} from '../../../../test/support/signed-in.ts';
import { startTestService, type TestService } from '../../../../test/support/test-service.ts';

let service: TestService;
beforeAll(async () => {
  service = await startTestService({ working: false });
});
afterAll(() => service.close());

const page = () => createPageClient(service.url);
const withCookie = (cookie: string) => createPageClient(service.url, cookie);
const mailsTo = async (email: string) => (await service.mails.outbox()).filter(({ to }) => to === email);
const subjectsTo = async (email: string) => (await mailsTo(email)).map(({ subject }) => subject);
const codeOf = ({ headers }: { headers: Headers }) => headers.get('x-error-code');

describe('registering', () => {
  test('makes an account that is unverified until the link of the mail is opened, and active then', async () => {
    const credentials = { email: 'Ada@Example.org', password: PASSWORD };
    expect(await page().post('/app/auth/register', credentials)).toMatchObject({ status: 200, body: {} });
    expect((await service.accounts.byEmail('ada@example.org')).status).toBe('unverified');

    const token = await mailedToken(service, 'ada@example.org', '/verify');
    const verified = await page().post('/app/auth/verify', { token, password: PASSWORD });
    expect(verified).toMatchObject({ status: 200, body: {} });
    expect((await withCookie(cookieOf(verified.headers)).get('/app/session')).body).toEqual({
      email: 'ada@example.org',
      accountStatus: 'active',
      isOperator: false,
      availableMicroAud: 1_440_000,
      heldMicroAud: 0,
      timeZone: 'UTC',
      hasPassword: true,
    });
  });

  test('with an address that is taken has the same answer, and its owner is told', async () => {
    const { email } = await signIn(service);
    const strangers = { email, password: 'another password' };
    const taken = await page().post('/app/auth/register', strangers);
    const free = await page().post('/app/auth/register', { ...strangers, email: 'free@example.org' });
    expect({ status: taken.status, body: taken.body }).toEqual({ status: free.status, body: free.body });
    expect([...taken.headers.keys()].sort()).toEqual([...free.headers.keys()].sort());
    expect((await subjectsTo(email))[0]).toBe('You have an account already');
    expect((await page().post('/app/auth/log-in', strangers)).status).toBe(401);
    expect((await page().post('/app/auth/log-in', { email, password: PASSWORD })).status).toBe(200);
  });

  test.each([
    ['Australia/Sydney', 'Australia/Sydney'],
    ['Middle/Earth', 'UTC'],
  ])('from a browser in %s gives the account the days of %s', async (timeZone, found) => {
    const email = `${timeZone.toLowerCase().replace('/', '.')}@example.org`;
    const registration = { email, password: PASSWORD, timeZone };
    expect((await page().post('/app/auth/register', registration)).status).toBe(200);
    expect((await service.accounts.byEmail(email)).settings.timeZone).toBe(found);
  });

  test('twice at once makes one account', async () => {
    const twice = Array.from({ length: 2 }, () =>
      page().post('/app/auth/register', { email: 'twice@example.org', password: PASSWORD }),
    );
    expect((await Promise.all(twice)).map(({ status }) => status)).toEqual([200, 200]);
    expect((await service.accounts.byEmail('twice@example.org')).availableMicroAud).toBe(1_440_000);
    expect(await mailsTo('twice@example.org')).toHaveLength(2);
  });

  test.each([
    ['a password of nine characters', { email: 'short@example.org', password: 'ninechars' }],
    ['a password of 129 characters', { email: 'long@example.org', password: 'x'.repeat(129) }],
    ['what is no address', { email: 'nobody', password: PASSWORD }],
    ['no password', { email: 'none@example.org' }],
  ])('with %s is answered 400', async (_, body) => {
    expect((await page().post('/app/auth/register', body)).status).toBe(400);
    expect(await service.accounts.find(body.email)).toBeNull();
  });
});

describe('the link that verifies an address', () => {
  test('is worth nothing to who does not know the password: nobody verifies what was registered in his name', async () => {
    const person = await signIn(service, { unverified: true });
    const token = await mailedToken(service, person.email, '/verify');
    const alone = await page().post('/app/auth/verify', { token });
    expect({ status: alone.status, code: codeOf(alone) }).toEqual({
      status: 400,
      code: 'sign_in.password_needed',
    });
    const guessed = await page().post('/app/auth/verify', { token, password: 'a wrong password' });
    expect({ status: guessed.status, code: codeOf(guessed) }).toEqual({ status: 401, code: 'sign_in.wrong' });
    const other = await signIn(service);
    expect(codeOf(await other.client.post('/app/auth/verify', { token }))).toBe('sign_in.password_needed');
    expect((await service.accounts.byEmail(person.email)).status).toBe('unverified');
    expect((await person.client.post('/app/auth/verify', { token })).status).toBe(200);
    expect((await service.accounts.byEmail(person.email)).status).toBe('active');
  });

  test('does nothing when it is altered', async () => {
    const { email } = await signIn(service, { unverified: true });
    const token = await mailedToken(service, email, '/verify');
    const answer = await page().post('/app/auth/verify', {
      token: `${token.slice(0, -2)}AA`,
      password: PASSWORD,
    });
    expect({ status: answer.status, code: codeOf(answer) }).toEqual({
      status: 400,
      code: 'sign_in.link_expired',
    });
  });

  test('is sent again to who asks, and to nobody who is not waiting for it', async () => {
    const { email } = await signIn(service, { unverified: true });
    await page().post('/app/auth/resend-verification', { email });
    expect(await subjectsTo(email)).toEqual(['Confirm your e-mail address', 'Confirm your e-mail address']);
    const { email: verified } = await signIn(service);
    const before = (await mailsTo(verified)).length;
    expect((await page().post('/app/auth/resend-verification', { email: verified })).status).toBe(200);
    expect((await page().post('/app/auth/resend-verification', { email: 'no@example.org' })).status).toBe(
      200,
    );
    expect(await mailsTo(verified)).toHaveLength(before);
    expect(await mailsTo('no@example.org')).toEqual([]);
  });
});

describe('who is not verified', () => {
  test('may sign in and look, and the keys of the account answer 403', async () => {
    const { client, accountId } = await signIn(service, { unverified: true });
    expect((await client.get('/app/session')).body).toMatchObject({ accountStatus: 'unverified' });
    const { key } = await service.apiKeys.create(accountId, 'early');
    const answer = await fetch(new URL('/api/v1/usage', service.url), { headers: { 'X-API-Key': key } });
    expect({ status: answer.status, code: codeOf(answer) }).toEqual({
      status: 403,
      code: 'account.unverified',
    });
  });
});

describe('logging in', () => {
  test('fails alike for a wrong password and for an address without an account', async () => {
    const { email } = await signIn(service);
    const wrong = await page().post('/app/auth/log-in', { email, password: 'not the password' });
    const nobody = await page().post('/app/auth/log-in', {
      email: 'ghost@example.org',
      password: 'not the password',
    });
    expect(wrong).toMatchObject({
      status: 401,
      body: { detail: 'The e-mail address or the password is wrong.' },
    });
    expect({ status: nobody.status, body: nobody.body }).toEqual({ status: wrong.status, body: wrong.body });
    expect(codeOf(wrong)).toBe('sign_in.wrong');
    expect(wrong.headers.getSetCookie()).toEqual([]);
  });

  test('gives a cookie that no script can read and no other site can send', async () => {
    const { email } = await signIn(service);
    const { headers } = await page().post('/app/auth/log-in', { email, password: PASSWORD });
    const [cookie, ...others] = headers.getSetCookie();
    expect(others).toEqual([]);
    expect(cookie).toMatch(/^icana\.session_token=/);
    expect(cookie).toMatch(/; HttpOnly/);
    expect(cookie).toMatch(/; SameSite=Lax/);
  });

  test('with a public address in https gives a cookie for TLS alone', async () => {
    const secure = await startTestService({
      working: false,
      settings: { publicUrl: 'https://icana.example.org' },
    });
    try {
      const browser = createPageClient(secure.url);
      await browser.post('/app/auth/register', { email: 'tls@example.org', password: PASSWORD });
      const { headers } = await browser.post('/app/auth/log-in', {
        email: 'tls@example.org',
        password: PASSWORD,
      });
      expect(headers.getSetCookie()[0]).toMatch(/^__Secure-icana\.session_token=.*; Secure/);
      expect((await secure.mails.outbox())[0]?.text).toContain('https://icana.example.org/verify?token=');
    } finally {
      await secure.close();
    }
  });

  test('out ends the session, not only the cookie', async () => {
    const { client } = await signIn(service);
    expect((await client.post('/app/auth/log-out')).status).toBe(200);
    const answer = await client.get('/app/session');
    expect({ status: answer.status, code: codeOf(answer) }).toEqual({ status: 401, code: 'session.missing' });
  });

  test('with a cookie whose signature is wrong is no session', async () => {
    const { cookie } = await signIn(service);
    expect((await withCookie(`${cookie.slice(0, -4)}AAAA`).get('/app/session')).status).toBe(401);
    const [name = ''] = cookie.split('=');
    const row = await service.db.selectFrom('sessions').select('token').limit(1).executeTakeFirstOrThrow();
    expect((await withCookie(`${name}=${row.token}`).get('/app/session')).status).toBe(401);
  });
});

describe('the account', () => {
  test('when it is suspended, answers 403 to everything but the session and the way out', async () => {
    const { client, email } = await signIn(service);
    await service.accounts.step(email, 'suspend');
    expect((await client.get('/app/session')).body).toMatchObject({ accountStatus: 'suspended' });
    const zone = await client.put('/app/account/time-zone', { timeZone: 'UTC' });
    expect({ status: zone.status, code: codeOf(zone) }).toEqual({ status: 403, code: 'account.suspended' });
    expect((await page().post('/app/auth/log-in', { email, password: PASSWORD })).status).toBe(200);
    expect((await client.post('/app/auth/log-out')).status).toBe(200);
  });

  test('when it is closed, lets nobody in, and nobody stay', async () => {
    const { client, email } = await signIn(service);
    await service.accounts.step(email, 'close');
    expect((await client.get('/app/session')).status).toBe(401);
    const answer = await page().post('/app/auth/log-in', { email, password: PASSWORD });
    expect({ status: answer.status, code: codeOf(answer) }).toEqual({ status: 403, code: 'account.closed' });
    expect(answer.headers.getSetCookie()).toEqual([]);
  });

  test('that an operator made is entered only by who reads the mail of its address', async () => {
    const { id, email } = await service.accounts.create('made@example.org');
    const mine = { email, password: 'a password of mine' };
    expect((await page().post('/app/auth/log-in', mine)).status).toBe(401);
    expect(await page().post('/app/auth/register', mine)).toMatchObject({ status: 200, body: {} });
    expect((await page().post('/app/auth/log-in', mine)).status).toBe(401);
    expect(await subjectsTo(email)).toEqual(['Your account is ready: choose a password']);

    const token = await mailedToken(service, email, '/reset');
    await page().post('/app/auth/reset', { token, password: PASSWORD });
    expect((await page().post('/app/auth/log-in', mine)).status).toBe(401);
    const entered = await page().post('/app/auth/log-in', { email, password: PASSWORD });
    expect(entered.status).toBe(200);
    expect((await withCookie(cookieOf(entered.headers)).get('/app/session')).body).toMatchObject({
      email,
      accountStatus: 'active',
    });
    expect((await service.accounts.byEmail(email)).id).toBe(id);
  });
});

describe('a forgotten password', () => {
  test('is replaced by the link of a mail, once, and every session ends', async () => {
    const { client, email } = await signIn(service);
    await page().post('/app/auth/forgot', { email });
    const token = await mailedToken(service, email, '/reset');
    const fresh = 'a brand new password';
    expect((await page().post('/app/auth/reset', { token, password: 'short' })).status).toBe(400);
    expect((await page().post('/app/auth/reset', { token, password: fresh })).status).toBe(200);
    expect((await client.get('/app/session')).status).toBe(401);
    expect((await page().post('/app/auth/log-in', { email, password: PASSWORD })).status).toBe(401);
    expect((await page().post('/app/auth/log-in', { email, password: fresh })).status).toBe(200);
    const again = await page().post('/app/auth/reset', { token, password: 'yet another one' });
    expect({ status: again.status, code: codeOf(again) }).toEqual({
      status: 400,
      code: 'sign_in.link_expired',
    });
    expect((await subjectsTo(email))[0]).toBe('Your password was changed');
  });

  test('of an address without an account is answered alike, and nobody is written to', async () => {
    expect(await page().post('/app/auth/forgot', { email: 'unknown@example.org' })).toMatchObject({
      status: 200,
      body: {},
    });
    expect(await mailsTo('unknown@example.org')).toEqual([]);
  });

  test('of who has not verified the address: the link verifies it, too', async () => {
    const { email, accountId } = await signIn(service, { unverified: true });
    await service.apiKeys.create(accountId, 'of who registered');
    await page().post('/app/auth/forgot', { email });
    await page().post('/app/auth/reset', {
      token: await mailedToken(service, email, '/reset'),
      password: 'my own password',
    });
    expect((await service.accounts.byEmail(email)).status).toBe('active');
    // It may have been somebody else who registered: nothing of his comes with the account.
    expect((await service.apiKeys.list(accountId)).map(({ revokedAt }) => revokedAt)).toEqual([
      expect.any(Date),
    ]);
  });
});

test('expired sessions and links are swept away', async () => {
  const { email, client } = await signIn(service);
  await page().post('/app/auth/forgot', { email });
  const past = new Date(Date.now() - 1000);
  await service.db.updateTable('sessions').set({ expires_at: past }).execute();
  expect((await client.get('/app/session')).status).toBe(401);
  await service.signIn.sweep();
  expect(await service.db.selectFrom('sessions').selectAll().execute()).toEqual([]);
});
