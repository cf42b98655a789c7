import { OAuth2Server } from 'oauth2-mock-server';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { browserRunsHere, startBrowser, type Browser } from '../support/browser.ts';
import { expectAccessible, openAs } from '../support/signed-in-pages.ts';
import { cookieOf, createPageClient, mailedToken, PASSWORD, signIn } from '../support/signed-in.ts';
import { startTestService, type TestService } from '../support/test-service.ts';

const FRESH = 'a brand new password';

const provider = new OAuth2Server();
/** Whom the provider says it has before it. */
let claims = {};
let service: TestService;
let browser: Browser;
beforeAll(async () => {
  if (!browserRunsHere) return;
  await provider.issuer.keys.generate('RS256');
  await provider.start(0, '127.0.0.1');
  provider.service.on('beforeTokenSigning', ({ payload }: { payload: object }) =>
    Object.assign(payload, claims),
  );
  const oidc = { oidcIssuer: provider.issuer.url!, oidcClientId: 'icana', oidcClientSecret: 'between us' };
  service = await startTestService({ pages: true, settings: { ...oidc, oidcName: 'Example Corp' } });
  browser = await startBrowser();
});
afterAll(async () => {
  await browser?.close();
  await service?.close();
  if (browserRunsHere) await provider.stop();
});

const open = async (path: string, width = 1280) => await browser.open(service.url + path, { width });

async function logIn(page: Page, { email, password }: { email: string; password: string }): Promise<void> {
  await page.getByLabel('E-mail').fill(email);
  await page.getByLabel(/^Password/).fill(password);
  await page.getByRole('button', { name: 'Log in' }).click();
}

const isIn = async (page: Page) =>
  await page.getByRole('heading', { name: 'Recordings', level: 1 }).waitFor();

/** The page of an account whose owner is signed in elsewhere, too; where that stands on it. */
async function signedInTwice() {
  const person = await signIn(service);
  const { headers } = await createPageClient(service.url).post('/app/auth/log-in', {
    email: person.email,
    password: PASSWORD,
  });
  const { page } = await openAs({ browser, service }, person, '/settings/account');
  const section = page.getByRole('region', { name: 'Where you are signed in' });
  await section.getByRole('listitem').filter({ hasText: 'This one' }).waitFor();
  return { person, elsewhere: createPageClient(service.url, cookieOf(headers)), page, section };
}

describe.runIf(browserRunsHere)('the pages of the account', () => {
  test('let somebody in by the identity provider', async () => {
    claims = { sub: 'ada', email: 'ada@example.org', email_verified: true };
    const { page } = await open('/login');
    await page.getByRole('button', { name: 'Continue with Example Corp' }).click();
    await isIn(page);
    await page.getByRole('button', { name: 'ada@example.org' }).click();
    await page.getByRole('menuitem', { name: 'Account' }).click();
    await page.getByText('have no password here').waitFor();
    await page.close();
  });

  test('say what is wrong when the provider does not vouch for the address', async () => {
    const { email } = await signIn(service);
    claims = { sub: 'eve', email, email_verified: false };
    const { page } = await open('/login');
    await page.getByRole('button', { name: 'Continue with Example Corp' }).click();
    await page.getByRole('alert').getByText('There is an account for your e-mail address').waitFor();
    await page.close();
  });

  test('set a forgotten password by mail', async () => {
    const { email } = await signIn(service);
    const { page, offences } = await open('/login');
    await page.getByRole('link', { name: 'Forgot your password?' }).click();
    await page.getByRole('heading', { name: 'Set a new password' }).waitFor();
    await page.getByLabel('E-mail').fill(email);
    await page.getByRole('button', { name: 'Send the link' }).click();
    await page.getByText('a link is on its way there').waitFor();
    await page.goto(`${service.url}/reset?token=${await mailedToken(service, email, '/reset')}`);
    await page.getByLabel('New password').fill('short');
    await page.getByRole('button', { name: 'Set the password' }).click();
    await page.getByText('Use at least 10 characters.').waitFor();
    await page.getByLabel('New password').fill(FRESH);
    await page.getByRole('button', { name: 'Set the password' }).click();
    await page.getByText('Your password is set').waitFor();
    await page.getByRole('link', { name: 'Log in' }).click();
    await logIn(page, { email, password: FRESH });
    await isIn(page);
    expect(offences).toEqual([]);
    await page.close();
  });

  test('show the banner until the address is confirmed, and change one that was mistyped', async () => {
    const person = await signIn(service, { unverified: true, email: 'tpyo@example.org' });
    const { page } = await openAs({ browser, service }, person, '/');
    await page.getByText('Confirm your e-mail address').waitFor();
    await page.getByRole('link', { name: 'Change it' }).click();
    const section = page.getByRole('region', { name: 'E-mail' });
    await section.getByLabel('New e-mail').fill('typo@example.org');
    await section.getByLabel(/^Password/).fill(PASSWORD);
    await section.getByRole('button', { name: 'Change the address' }).click();
    await section.getByText('Open the link that we sent to').waitFor();
    await page.goto(
      `${service.url}/verify?token=${await mailedToken(service, 'typo@example.org', '/verify')}`,
    );
    await page.getByText('Your address is confirmed').waitFor();
    await page.getByRole('link', { name: 'Go on' }).click();
    await page.getByRole('button', { name: 'typo@example.org' }).waitFor();
    await expect.poll(() => page.getByText('Confirm your e-mail address').count()).toBe(0);
    await page.close();
  });

  test('change the password and the time zone, and say what is wrong', async () => {
    const person = await signIn(service);
    const { page } = await openAs({ browser, service }, person, '/settings/account');
    const section = page.getByRole('region', { name: 'Password' });
    await section.getByLabel('Current password').fill('not the password');
    await section.getByLabel('New password').fill(FRESH);
    await section.getByRole('button', { name: 'Change the password' }).click();
    await section.getByRole('alert').getByText('That is not your password.').waitFor();
    await section.getByLabel('Current password').fill(PASSWORD);
    await section.getByRole('button', { name: 'Change the password' }).click();
    await page.getByText('Your password is changed.').waitFor();

    await page.getByRole('region', { name: 'Time zone' }).getByLabel('Time zone').fill('Sydney');
    await page.getByRole('option', { name: 'Australia/Sydney' }).click();
    await page.getByText('Your days are those of Australia/Sydney now.').waitFor();
    const { settings } = await service.accounts.byEmail(person.email);
    expect(settings.timeZone).toBe('Australia/Sydney');
    await page.close();
  });

  test('end a session that is elsewhere, and not this one', async () => {
    const { person, elsewhere, page, section } = await signedInTwice();
    await expectAccessible(page);
    await section.getByRole('button', { name: /^Log out of/ }).click();
    await expect.poll(async () => await section.getByRole('listitem').count()).toBe(1);
    await expect.poll(() => section.getByRole('button', { name: /^Log out of/ }).count()).toBe(0);
    expect((await elsewhere.get('/app/session')).status).toBe(401);
    expect((await person.client.get('/app/session')).status).toBe(200);
    await page.close();
  });

  test('end all sessions at once', async () => {
    const { elsewhere, page, section } = await signedInTwice();
    await expect.poll(() => section.getByRole('listitem').count()).toBe(2);
    await page.evaluate("sessionStorage.setItem('unsaved', 'what was said')");
    await section.getByRole('button', { name: 'Log out everywhere' }).click();
    await page.getByRole('heading', { name: 'Log in' }).waitFor();
    await expect.poll(() => page.evaluate('sessionStorage.length')).toBe(0);
    expect((await elsewhere.get('/app/session')).status).toBe(401);
    await page.close();
  });

  test('give everything to take along, and close the account', async () => {
    const person = await signIn(service);
    const { page } = await openAs({ browser, service }, person, '/settings/account');
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('link', { name: 'Download everything' }).click(),
    ]);
    expect(download.suggestedFilename()).toBe('icana.zip');
    await page.getByRole('button', { name: 'Close the account…' }).click();
    const dialog = page.getByRole('dialog', { name: 'Close the account?' });
    await dialog.getByText('$1.44 AUD of credit is left').waitFor();
    await dialog.getByLabel(/^Password/).fill(PASSWORD);
    await dialog.getByRole('button', { name: 'Close it for good' }).click();
    await page.getByRole('heading', { name: 'Your account is closed' }).waitFor();
    expect(await service.accounts.find(person.email)).toBeNull();
    await page.goto(service.url);
    await page.getByRole('heading', { name: 'Log in' }).waitFor();
    await page.close();
  });

  test('say to who is suspended that nothing can be done', async () => {
    const person = await signIn(service);
    await service.accounts.step(person.email, 'suspend');
    const { page } = await openAs({ browser, service }, person, '/settings/account');
    await page.getByRole('heading', { name: 'This account has been suspended' }).waitFor();
    await page.getByRole('button', { name: person.email }).click();
    const loggedOut = page.waitForResponse(/\/app\/auth\/log-out$/);
    await page.getByRole('menuitem', { name: 'Log out' }).click();
    expect((await loggedOut).status()).toBe(200);
    await page.goto(service.url);
    await page.getByRole('heading', { name: 'Log in' }).waitFor();
    await page.close();
  });

  test('show nothing of who logs out any more, also where the session had ended elsewhere', async () => {
    const person = await signIn(service);
    const { page } = await openAs({ browser, service }, person, '/settings/account');
    await page.getByRole('region', { name: 'Where you are signed in' }).getByText('This one').waitFor();
    await page.evaluate("sessionStorage.setItem('unsaved', 'what was said')");
    await person.client.post('/app/account/log-out-everywhere');
    await page.getByRole('button', { name: person.email }).click();
    const loggedOut = page.waitForResponse(/\/app\/auth\/log-out$/);
    await page.getByRole('menuitem', { name: 'Log out' }).click();
    expect((await loggedOut).status()).toBe(401);
    await page.getByRole('heading', { name: 'Log in' }).waitFor();
    await expect.poll(() => page.evaluate('sessionStorage.length')).toBe(0);
    expect(await page.getByRole('alert').count()).toBe(0);
    await page.goBack();
    await expect.poll(() => new URL(page.url()).search).toContain('next');
    await page.getByRole('heading', { name: 'Log in' }).waitFor();
    await expect.poll(() => page.getByText(person.email).count()).toBe(0);
    await page.close();
  });

  test('come back to where somebody wanted to go, and never to another site', async () => {
    const { email } = await signIn(service);
    const { page } = await open('/settings/account');
    await page.getByRole('heading', { name: 'Log in' }).waitFor();
    await logIn(page, { email, password: PASSWORD });
    await page.getByRole('heading', { name: 'Account', level: 1 }).waitFor();
    await page.goto(`${service.url}/login?next=//evil.example/`);
    await logIn(page, { email, password: PASSWORD });
    await isIn(page);
    expect(new URL(page.url()).origin).toBe(service.url);
    await page.close();
  });

  test.each([1280, 390])('can be used by everybody, on a screen of %i', async (width) => {
    for (const path of [
      '/login',
      '/register',
      '/forgot',
      '/reset?token=x',
      '/verify?token=x',
      '/closed',
      '/outbox',
    ]) {
      const { page } = await open(path, width);
      await page.getByRole('heading', { level: 1 }).waitFor();
      await expectFits(page, path);
      await page.close();
    }
    const person = await signIn(service, {
      email: `somebody.with.a.long.address.${width}@example.org`,
      unverified: true,
    });
    const { page } = await openAs({ browser, service }, person, '/settings/account', { width });
    await page.getByText('Where you are signed in').waitFor();
    await expectFits(page, '/settings/account');
    await page.getByRole('button', { name: 'Close the account…' }).click();
    await page.getByRole('dialog').getByText('This cannot be undone').waitFor();
    await expectFits(page, 'the dialog');
    await page.close();
  });
});

/** Not wider than the screen: a phone would make everything smaller, and the page with it. */
async function expectFits(page: Page, what: string): Promise<void> {
  await expectAccessible(page);
  const width = await page.evaluate<number>('document.documentElement.scrollWidth');
  expect(width, what).toBeLessThanOrEqual(page.viewportSize()!.width);
}
