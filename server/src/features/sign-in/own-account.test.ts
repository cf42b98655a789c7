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
const logIn = async (email: string, password = PASSWORD) =>
  await page().post('/app/auth/log-in', { email, password });
const codeOf = ({ headers }: { headers: Headers }) => headers.get('x-error-code');
const subjectsTo = async (email: string) =>
  (await service.mails.outbox()).filter(({ to }) => to === email).map(({ subject }) => subject);

describe('a new password', () => {
  const fresh = 'a brand new password';

  test('needs the old one, ends the other sessions, and is told by mail', async () => {
    const { email, client } = await signIn(service);
    const elsewhere = createPageClient(service.url, cookieOf((await logIn(email)).headers));
    const refused = await client.post('/app/account/password', {
      currentPassword: 'not the old one',
      newPassword: fresh,
    });
    expect({ status: refused.status, code: codeOf(refused) }).toEqual({
      status: 400,
      code: 'sign_in.password_wrong',
    });
    const changed = await client.post('/app/account/password', {
      currentPassword: PASSWORD,
      newPassword: fresh,
    });
    expect(changed.status).toBe(200);
    const here = createPageClient(service.url, cookieOf(changed.headers));
    expect((await here.get('/app/session')).status).toBe(200);
    expect((await elsewhere.get('/app/session')).status).toBe(401);
    expect((await client.get('/app/session')).status).toBe(401);
    expect((await logIn(email)).status).toBe(401);
    expect((await logIn(email, fresh)).status).toBe(200);
    expect((await subjectsTo(email))[0]).toBe('Your password was changed');
  });

  test('makes the links worthless that were sent before it', async () => {
    const { email, client } = await signIn(service);
    await page().post('/app/auth/forgot', { email });
    const token = await mailedToken(service, email, '/reset');
    await client.post('/app/account/password', { currentPassword: PASSWORD, newPassword: fresh });
    expect(codeOf(await page().post('/app/auth/reset', { token, password: PASSWORD }))).toBe(
      'sign_in.link_expired',
    );
    expect((await logIn(email, fresh)).status).toBe(200);
  });

  test('of nine characters is refused', async () => {
    const { client } = await signIn(service);
    const answer = await client.post('/app/account/password', {
      currentPassword: PASSWORD,
      newPassword: 'ninechars',
    });
    expect(answer.status).toBe(400);
  });
});

describe('a new e-mail address', () => {
  test('is the account’s once its link is opened, and the old one is told', async () => {
    const { email, accountId, client } = await signIn(service);
    const newEmail = 'moved@example.org';
    expect((await client.post('/app/account/email', { newEmail, password: PASSWORD })).status).toBe(200);
    expect((await service.accounts.byEmail(email)).id).toBe(accountId);
    expect((await subjectsTo(email))[0]).toBe('Your e-mail address is about to change');

    const token = await mailedToken(service, newEmail, '/verify');
    expect((await client.post('/app/auth/verify', { token })).status).toBe(200);
    expect((await client.get('/app/session')).body).toMatchObject({
      email: newEmail,
      accountStatus: 'active',
    });
    expect((await service.accounts.byEmail(newEmail)).id).toBe(accountId);
    expect((await logIn(email)).status).toBe(401);
    expect((await logIn(newEmail)).status).toBe(200);
    expect(codeOf(await client.post('/app/auth/verify', { token }))).toBe('sign_in.link_expired');
  });

  test('leaves nothing to who reads the mail of the old one', async () => {
    const { email, client } = await signIn(service);
    await page().post('/app/auth/forgot', { email });
    const reset = await mailedToken(service, email, '/reset');
    await client.post('/app/account/email', { newEmail: 'away@example.org', password: PASSWORD });
    const token = await mailedToken(service, 'away@example.org', '/verify');
    expect((await client.post('/app/auth/verify', { token })).status).toBe(200);
    const taken = await page().post('/app/auth/reset', { token: reset, password: 'a brand new password' });
    expect(codeOf(taken)).toBe('sign_in.link_expired');
    expect((await logIn('away@example.org')).status).toBe(200);
  });

  test('frees the old one, without another welcome credit for it', async () => {
    const { email, client } = await signIn(service);
    await client.post('/app/account/email', { newEmail: 'moved-on@example.org', password: PASSWORD });
    const token = await mailedToken(service, 'moved-on@example.org', '/verify');
    expect((await client.post('/app/auth/verify', { token })).status).toBe(200);
    const again = await signIn(service, { email });
    expect((await again.client.get('/app/session')).body).toMatchObject({ availableMicroAud: 0 });
  });

  test('can be verified where nobody is signed in, by the password', async () => {
    const { client } = await signIn(service);
    await client.post('/app/account/email', { newEmail: 'phone@example.org', password: PASSWORD });
    const token = await mailedToken(service, 'phone@example.org', '/verify');
    expect(codeOf(await page().post('/app/auth/verify', { token }))).toBe('sign_in.password_needed');
    expect((await page().post('/app/auth/verify', { token, password: PASSWORD })).status).toBe(200);
    expect((await logIn('phone@example.org')).status).toBe(200);
  });

  test('puts right what was registered with a wrong one', async () => {
    const { client, accountId } = await signIn(service, { unverified: true, email: 'tpyo@example.org' });
    await client.post('/app/account/email', { newEmail: 'typo@example.org', password: PASSWORD });
    const token = await mailedToken(service, 'typo@example.org', '/verify');
    expect((await client.post('/app/auth/verify', { token })).status).toBe(200);
    const account = await service.accounts.byEmail('typo@example.org');
    expect(account).toMatchObject({ id: accountId, status: 'active' });
  });

  test('that is somebody’s already has the same answer, and nothing comes of it', async () => {
    const { email: taken } = await signIn(service);
    const { email: made } = await service.accounts.create('operators@example.org');
    const { email, client } = await signIn(service);
    for (const newEmail of [taken, made]) {
      const before = await subjectsTo(newEmail);
      expect(await client.post('/app/account/email', { newEmail, password: PASSWORD })).toMatchObject({
        status: 200,
        body: {},
      });
      expect(await subjectsTo(newEmail)).toEqual(before);
    }
    expect((await client.get('/app/session')).body).toMatchObject({ email });
  });

  test('needs the password', async () => {
    const { client } = await signIn(service);
    const answer = await client.post('/app/account/email', { newEmail: 'x@example.org', password: 'wrong' });
    expect(codeOf(answer)).toBe('sign_in.password_wrong');
    expect(await subjectsTo('x@example.org')).toEqual([]);
  });
});

describe('sessions', () => {
  test('are listed, and end all at once', async () => {
    const { email, client } = await signIn(service);
    const elsewhere = createPageClient(service.url, cookieOf((await logIn(email)).headers));
    const { body } = await client.get('/app/account/sessions');
    expect(body).toEqual([
      expect.objectContaining({ isThisOne: false, address: '127.0.0.1', browser: 'node' }),
      expect.objectContaining({ isThisOne: true, address: '127.0.0.1' }),
    ]);
    expect((await client.post('/app/account/log-out-everywhere')).status).toBe(200);
    expect((await client.get('/app/session')).status).toBe(401);
    expect((await elsewhere.get('/app/session')).status).toBe(401);
  });

  test('end one by one, each by its own person alone', async () => {
    const { email, client } = await signIn(service);
    const elsewhere = createPageClient(service.url, cookieOf((await logIn(email)).headers));
    const list = async () =>
      (await client.get('/app/account/sessions')).body as unknown as { id: string; isThisOne: boolean }[];
    const other = (await list()).find(({ isThisOne }) => !isThisOne)!;

    const stranger = await signIn(service);
    for (const id of [other.id, 'none'])
      expect((await stranger.client.delete(`/app/account/sessions/${id}`)).status).toBe(200);
    expect((await elsewhere.get('/app/session')).status).toBe(200);

    expect((await client.delete(`/app/account/sessions/${other.id}`)).status).toBe(200);
    expect((await elsewhere.get('/app/session')).status).toBe(401);
    expect(await list()).toEqual([expect.objectContaining({ isThisOne: true })]);
  });
});

describe('the time zone', () => {
  test('is the account’s from then on, and must be one', async () => {
    const { client } = await signIn(service);
    expect((await client.put('/app/account/time-zone', { timeZone: 'Australia/Sydney' })).status).toBe(200);
    expect((await client.get('/app/session')).body).toMatchObject({ timeZone: 'Australia/Sydney' });
    const answer = await client.put('/app/account/time-zone', { timeZone: 'Mars/Olympus' });
    expect({ status: answer.status, code: codeOf(answer) }).toEqual({
      status: 400,
      code: 'account.time_zone_unknown',
    });
    expect((await client.put('/app/account/time-zone', { timeZone: 'UTC\0' })).status).toBe(400);
  });
});
