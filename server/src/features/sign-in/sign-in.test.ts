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
const mailsTo = async (email: string) => (await service.mails.outbox()).filter(({ to }) => to === email);

test('who registers is unverified until the link of the mail is opened, and active then', async () => {
  const credentials = { email: 'Ada@Example.org', password: PASSWORD };
  expect(await page().post('/app/auth/register', credentials)).toMatchObject({ status: 200, body: {} });
  expect((await service.accounts.byEmail('ada@example.org')).status).toBe('unverified');

  const token = await mailedToken(service, 'ada@example.org', '/verify');
  const verified = await page().post('/app/auth/verify', { token, password: PASSWORD });
  expect(verified).toMatchObject({ status: 200, body: {} });
  const session = await createPageClient(service.url, cookieOf(verified.headers)).get('/app/session');
  expect(session.body).toEqual({
    email: 'ada@example.org',
    accountStatus: 'active',
    isOperator: false,
    availableMicroAud: 1_440_000,
    heldMicroAud: 0,
    timeZone: 'UTC',
    hasPassword: true,
  });
});
