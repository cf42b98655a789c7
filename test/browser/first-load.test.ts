import { stat } from 'node:fs/promises';
import path from 'node:path';
import { builtPages } from '@icana/web';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { browserRunsHere, startBrowser, type Browser } from '../support/browser.ts';
import { signIn } from '../support/signed-in.ts';
import { openAs } from '../support/signed-in-pages.ts';
import { startTestService, type TestService } from '../support/test-service.ts';

const MOST_BYTES = 300_000;

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
  const scripts = new Set<string>();
  page.on('request', (request) => {
    if (request.resourceType() === 'script') scripts.add(new URL(request.url()).pathname);
  });
  await page.goto(service.url);
  await page.getByRole('heading', { name: 'Recordings' }).waitFor();
  const folder = await builtPages();
  const sizes = await Promise.all([...scripts].map((name) => stat(path.join(folder, `${name}.gz`))));
  const bytes = sizes.reduce((sum, { size }) => sum + size, 0);
  expect(bytes).toBeGreaterThan(50_000);
  expect(bytes).toBeLessThanOrEqual(MOST_BYTES);
});
