import { afterAll, beforeAll, expect, test } from 'vitest';

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
