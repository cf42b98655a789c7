import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { createApiClient } from '../support/api-client.ts';
import { browserRunsHere, startBrowser, type Browser } from '../support/browser.ts';
import { expectAccessible, expectFits, openAs, SCREENS } from '../support/signed-in-pages.ts';
import { signIn, type SignedInPerson } from '../support/signed-in.ts';
import {
  checkoutEvent,
  SECRET_KEY,
  sendStripeEvent,
  startStripeStandIn,
  WEBHOOK_SECRET,
} from '../support/stripe-stand-in.ts';
import { startTestService, type TestService } from '../support/test-service.ts';

const HOSTILE = '<img src=x onerror=alert(1)>.mp3';

let service: TestService;
let browser: Browser;
beforeAll(async () => {
  if (!browserRunsHere) return;
  service = await startTestService({
    pages: true,
    settings: { testTopUps: true, sellerName: 'Icana Pty Ltd', sellerAddress: '1 Some Street; Sydney' },
  });
  browser = await startBrowser();
});
afterAll(async () => {
  await browser?.close();
  await service?.close();
});

const openBilling = async (person: SignedInPerson, width = 1280) =>
  await openAs({ browser, service }, person, '/billing', { width });

const history = (page: Page) => page.getByRole('region', { name: 'History' });
const row = (page: Page, text: string) => history(page).getByRole('row').filter({ hasText: text });

/** A recording with a name that would be a program if it were taken for HTML. */
async function transcribed({ accountId }: SignedInPerson): Promise<void> {
  const { key } = await service.apiKeys.create(accountId, 'test');
  const api = createApiClient(service.url, key);
  const { body } = await api.sendForm([{ name: 'file', value: 'sound', filename: HOSTILE }]);
  await api.get(`/api/v1/jobs/${String(body['job_id'])}?wait=20`);
}

describe.runIf(browserRunsHere)('the billing page', () => {
  test('adds test credit that is marked as such, with a receipt to print', async () => {
    const { page, offences } = await openBilling(await signIn(service));
    await page.getByText('A test: no money is taken').waitFor();
    await page.getByText('$50', { exact: true }).click();
    await page.getByRole('button', { name: 'Add test credit' }).click();
    await page.getByText('$50.00 of test credit is added. No money was taken.').waitFor();
    await page.getByText('$51.44', { exact: true }).first().waitFor();
    await row(page, 'Top-up').getByRole('link', { name: 'Receipt' }).click();
    await page.getByRole('heading', { name: 'Receipt of a test' }).waitFor();
    const sheet = await page.getByRole('article').innerText();
    for (const part of ['Icana Pty Ltd', '1 Some Street', 'R-000', '$50.00', 'no money was taken'])
      expect(sheet).toContain(part);
    await page.emulateMedia({ media: 'print' });
    await expect
      .poll(() => page.getByRole('button', { name: 'Print or save as PDF' }).isVisible())
      .toBe(false);
    await expect.poll(() => page.getByRole('navigation').isVisible()).toBe(false);
    expect(offences).toEqual([]);
    await page.close();
  });

  test('takes no amount out of bounds', async () => {
    const { page } = await openBilling(await signIn(service));
    const button = page.getByRole('button', { name: 'Add test credit' });
    for (const [amount, isTaken] of [
      ['4.99', false],
      ['1000.01', false],
      ['', false],
      ['12.50', true],
    ] as const) {
      const field = page.getByLabel('Amount in AUD').first();
      await field.fill(amount);
      await expect.poll(() => button.isEnabled(), { message: amount }).toBe(isTaken);
    }
    await button.click();
    await page.getByText('$12.50 of test credit is added.').waitFor();
    await page.close();
  });

  test('shows every movement to the micro, and a hostile file name as text', async () => {
    const person = await signIn(service);
    await transcribed(person);
    const { page, offences } = await openBilling(person);
    const paid = await row(page, `Transcript: ${HOSTILE}`).innerText();
    expect(paid).toContain('$0.002667 charged');
    expect(paid).toContain('$1.437333');
    await expect
      .poll(() => row(page, `Reserved for a recording: ${HOSTILE}`).innerText())
      .toContain('−$0.002667');
    await page.getByText('Credit and payments', { exact: true }).click();
    await row(page, 'Transcript').waitFor({ state: 'detached' });
    await expect.poll(() => row(page, 'Free credit').innerText()).toContain('+$1.44');
    const download = page.waitForEvent('download');
    await page.getByRole('link', { name: 'CSV' }).click();
    expect((await download).suggestedFilename()).toBe('icana-ledger.csv');
    // What is saved as a file is no page: the browser says so of the request.
    expect(offences.filter((offence) => !offence.endsWith('ledger.csv'))).toEqual([]);
    await page.close();
  });

  test('shows older movements when asked', async () => {
    const person = await signIn(service);
    for (let number = 1; number <= 30; number += 1) {
      const reason = `number ${number}.`;
      await service.credits.adjust({ accountId: person.accountId, amountMicroAud: 1, reason });
    }
    const { page } = await openBilling(person);
    await row(page, 'number 30.').waitFor();
    await expect.poll(() => row(page, 'number 1.').count()).toBe(0);
    await page.getByRole('button', { name: 'Show older ones' }).click();
    await row(page, 'number 1.').waitFor();
    await page.close();
  });

  test('says when to be told that credit runs low', async () => {
    const person = await signIn(service);
    const { page } = await openBilling(person);
    const section = page.getByRole('region', { name: 'When credit runs low' });
    const saved = section.getByRole('button', { name: 'Save' });
    await expect.poll(() => saved.isEnabled()).toBe(false);
    await section.getByLabel('Below, in AUD').fill('7.50');
    await saved.click();
    await page.getByText('A mail is sent when less than $7.50 is left.').waitFor();
    await section.getByRole('switch', { name: `Send a mail to ${person.email}` }).click();
    await saved.click();
    await section.getByText('No mail is sent at the moment.').waitFor();
    expect((await person.client.get('/app/billing')).body['lowBalanceMicroAud']).toBeNull();
    await page.close();
  });

  test('offers nothing to pay for before the address is verified', async () => {
    const { page } = await openBilling(await signIn(service, { unverified: true }));
    await page.getByText('Confirm your e-mail address first').waitFor();
    await expect.poll(() => page.getByRole('button', { name: 'Add test credit' }).count()).toBe(0);
    await page.close();
  });

  test.each(SCREENS)('can be used by everybody, on a screen of %i, %s', async (width, colorScheme) => {
    const person = await signIn(service);
    await transcribed(person);
    const { body } = await person.client.post('/app/billing/top-ups', { amountCents: 2500 });
    for (const path of ['/billing', `/billing/receipts/${String(body['id'])}`]) {
      const { page } = await openAs({ browser, service }, person, path, { width });
      await page.getByText('$25.00').first().waitFor();
      await expectAccessible(page, colorScheme);
      await expectFits(page);
      await page.close();
    }
  });
});

/** What tells a page that it is shown, and whether as it was left. */
const shows = (persisted: boolean) =>
  `window.dispatchEvent(new PageTransitionEvent('pageshow', { persisted: ${persisted} }))`;

describe.runIf(browserRunsHere)('a payment by card', () => {
  let stripe: Awaited<ReturnType<typeof startStripeStandIn>>;
  let paying: TestService;
  beforeAll(async () => {
    stripe = await startStripeStandIn();
    paying = await startTestService({
      pages: true,
      settings: {
        stripeSecretKey: SECRET_KEY,
        stripeWebhookSecret: WEBHOOK_SECRET,
        stripeApiUrl: stripe.url,
      },
    });
  });
  afterAll(async () => {
    await paying?.close();
    await stripe?.close();
  });

  test('goes to Stripe and back, and is credit when Stripe reports it', async () => {
    const { page } = await openAs({ browser, service: paying }, await signIn(paying), '/billing');
    await page.route('https://checkout.stripe.com/**', (route) => route.fulfill({ body: 'Stripe' }));
    await page.getByLabel('Amount in AUD').first().fill('20');
    await page.getByRole('button', { name: 'Pay by card' }).click();
    await page.waitForURL('https://checkout.stripe.com/**');
    const session = stripe.asked[0];
    const backAt = (name: string) => session?.fields.get(name) ?? '';

    await page.goto(backAt('cancel_url'));
    await page.getByText('You came back without paying. Nothing was taken.').waitFor();

    await page.goto(backAt('success_url'));
    await page.getByText('Your payment is on its way').waitFor();
    const paymentId = session?.fields.get('client_reference_id') ?? '';
    const facts = { sessionId: session?.id ?? '', paymentId, cents: 2000, paymentIntentId: 'pi_1' };
    await sendStripeEvent(paying, checkoutEvent('completed', facts));
    await page.getByText('Your payment has arrived.').waitFor();
    await page.getByText('$21.44', { exact: true }).first().waitFor();
    await page.getByRole('link', { name: 'Receipt' }).click();
    await page.getByText('card or another way to pay, by Stripe').waitFor();
    await page.close();
  }, 120_000);

  test('can be begun anew on the page as it was left, where the browser goes back to that', async () => {
    const { page } = await openAs({ browser, service: paying }, await signIn(paying), '/billing');
    // With no page there, the browser stays on this one.
    await page.route('https://checkout.stripe.com/**', (route) => route.fulfill({ status: 204 }));
    const pay = page.getByRole('button', { name: 'Pay by card' });
    const leave = async () => {
      const leaving = page.waitForRequest('https://checkout.stripe.com/**');
      await pay.click();
      await leaving;
    };
    await leave();
    expect(await pay.isEnabled(), 'it waits for the other page').toBe(false);
    await page.evaluate(shows(false));
    expect(await pay.isEnabled()).toBe(false);
    await page.evaluate(shows(true));
    await expect.poll(() => pay.isEnabled()).toBe(true);
    await leave();
    await page.close();
  });
});
