import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { browserRunsHere, startBrowser, type Browser } from '../support/browser.ts';
import { startTestService, type TestService } from '../support/test-service.ts';

const ENDPOINTS = {
  'POST /api/v1/transcribe': 'Submit a recording',
  'GET /api/v1/jobs/{job_id}': 'A job, with its transcript once it is completed',
  'GET /api/v1/jobs': 'The jobs of this account, newest first',
  'GET /api/v1/usage': 'Credit, totals and the last 30 days of this account',
};
const DESK = 1280;
const PHONE = 390;

let service: TestService;
let browser: Browser;
beforeAll(async () => {
  if (!browserRunsHere) return;
  service = await startTestService({ working: false });
  browser = await startBrowser();
});
afterAll(async () => {
  await browser?.close();
  await service?.close();
});

/** The page, with one endpoint opened. */
async function openEndpoint(name: keyof typeof ENDPOINTS, width = DESK) {
  const { page, offences } = await browser.open(`${service.url}/docs`, { width });
  const endpoint = page.locator('.opblock', {
    has: page.getByRole('button', { name: `${name} ${ENDPOINTS[name]}` }),
  });
  await endpoint.getByRole('button', { name: ENDPOINTS[name] }).click();
  return { page, offences, endpoint };
}

type OpenEndpoint = Awaited<ReturnType<typeof openEndpoint>>;

async function authorize({ page }: OpenEndpoint): Promise<void> {
  const { key } = await service.newCustomer();
  await page.getByRole('button', { name: 'Authorize', exact: true }).click();
  const form = page.locator('form').filter({ hasText: 'X-API-Key' });
  await form.getByRole('textbox').fill(key);
  await form.getByRole('button', { name: 'Apply credentials' }).click();
  await page.getByRole('button', { name: 'Close', exact: true }).first().click();
}

/** Presses Execute; the row with the service's answer. */
async function execute({ endpoint }: OpenEndpoint): Promise<string> {
  await endpoint.getByRole('button', { name: 'Execute' }).click();
  return await endpoint.locator('.live-responses-table .response').innerText();
}

describe.skipIf(!browserRunsHere)('the API page', () => {
  test.each([DESK, PHONE])(
    'on a screen %i wide lists the endpoints, loads whole, and fits',
    async (width) => {
      const { page, offences, endpoint } = await openEndpoint('GET /api/v1/usage', width);
      for (const [name, summary] of Object.entries(ENDPOINTS)) {
        await expect
          .poll(() => page.getByRole('button', { name: `${name} ${summary}` }).isVisible(), { message: name })
          .toBe(true);
      }
      await endpoint.getByText('credit_balance').waitFor();
      expect(await page.evaluate('[innerWidth, document.documentElement.scrollWidth]')).toEqual([
        width,
        width,
      ]);
      expect(offences).toEqual([]);
    },
  );

  test('asks the service itself, with the key that was typed in', async () => {
    const opened = await openEndpoint('GET /api/v1/usage');
    await authorize(opened);
    const answer = await execute(opened);
    expect(answer).toMatch(/^200\b/);
    expect(answer).toContain('"credit_balance": 1.44');
    expect(opened.offences).toEqual([]);
  });

  test('submits a recording when nothing but the file is chosen', async () => {
    const opened = await openEndpoint('POST /api/v1/transcribe');
    await authorize(opened);
    const recording = { name: 'talk.mp3', mimeType: 'audio/mpeg', buffer: Buffer.from('sound') };
    await opened.endpoint.locator('input[type=file]').setInputFiles(recording);
    const answer = await execute(opened);
    expect(answer).toMatch(/^200\b/);
    expect(answer).toContain('Job submitted successfully.');
    expect(opened.offences).toEqual([]);
  });
});
