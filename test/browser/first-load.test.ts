import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { browserRunsHere, startBrowser, type Browser } from '../support/browser.ts';
import { MOST_SCRIPT_BYTES, scriptBytes } from '../support/script-bytes.ts';
import { signIn } from '../support/signed-in.ts';
import { openAs } from '../support/signed-in-pages.ts';
import { startTestService, type TestService } from '../support/test-service.ts';

let service: TestService;
let browser: Browser;
beforeAll(async () => {
  if (!browserRunsHere) return;
  service = await startTestService({ pages: true, working: false });
  browser = await startBrowser();
});
afterAll(async () => {
  await browser?.close();
  await service?.close();
});

test.skipIf(!browserRunsHere)('a first visit loads at most 300 kB of script, as gzip', async () => {
  const { page } = await openAs({ browser, service }, await signIn(service), '/health/live');
  const bytes = await scriptBytes(page, async () => {
    await page.goto(service.url);
    await page.getByRole('heading', { name: 'Recordings' }).waitFor();
  });
  expect(bytes).toBeGreaterThan(50_000);
  expect(bytes).toBeLessThanOrEqual(MOST_SCRIPT_BYTES);
});

describe.skipIf(!browserRunsHere)('where the line is down', () => {
  let page: Page;
  beforeAll(async () => {
    ({ page } = await openAs({ browser, service }, await signIn(service), '/settings/keys'));
    await page.getByLabel('Name of a new key').fill('pressed without a line');
    await page.context().setOffline(true);
  });
  afterAll(async () => await page?.context().close());

  test('what somebody presses fails at once, and does not happen later', async () => {
    await page.getByRole('button', { name: 'Make a key' }).click();
    await page.getByRole('alert').getByText('The service cannot be reached.').waitFor();
    await page.context().setOffline(false);
    await page.reload();
    await page.getByText('There is no key yet.').waitFor();
    await page.context().setOffline(true);
  });

  test('a page that was not loaded yet says so, and comes once the line is back', async () => {
    await page.getByRole('link', { name: 'Usage' }).click();
    await page.getByText('This page did not arrive.').waitFor();
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.getByText('This page did not arrive.').waitFor();
    await page.context().setOffline(false);
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.getByRole('heading', { name: 'Usage' }).waitFor();
  });
});
