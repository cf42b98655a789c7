import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { newId } from '../../server/src/lib/ids.ts';
import { createApiClient } from '../support/api-client.ts';
import { browserRunsHere, startBrowser, type Browser } from '../support/browser.ts';
import { expectAccessible, expectFits, openAs, SCREENS } from '../support/signed-in-pages.ts';
import { signIn, type SignedInPerson } from '../support/signed-in.ts';
import { startTestService, type TestService } from '../support/test-service.ts';

const DAY_MS = 24 * 3_600_000;

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

/** Two jobs of ten minutes and one that failed, so many days ago. */
async function jobsOf({ accountId }: SignedInPerson, daysAgo: number, keyId: string | null): Promise<void> {
  const createdAt = new Date(Date.now() - daysAgo * DAY_MS);
  for (const failed of [false, false, true]) {
    const end = failed
      ? { status: 'failed' as const, error_message: 'x', charged_micro_aud: 0 }
      : { status: 'completed' as const, charged_micro_aud: 160_000, decoded_duration_ms: 600_000 };
    const row = { id: newId(), account_id: accountId, api_key_id: keyId, storage_key: newId() };
    const times = { created_at: createdAt, upload_alive_at: createdAt, completed_at: createdAt };
    await service.db
      .insertInto('jobs')
      .values({ ...row, ...times, ...end, original_filename: 'a.mp3', language: 'en', held_micro_aud: 1 })
      .execute();
  }
}

/** Used by the dashboard today and by a key with a hostile name 40 days ago. */
async function busyPerson(): Promise<SignedInPerson> {
  const person = await signIn(service);
  const { apiKey } = await service.apiKeys.create(person.accountId, '<b>server</b>');
  await jobsOf(person, 0, null);
  await jobsOf(person, 40, apiKey.id);
  return person;
}

const open = async (person: SignedInPerson, width = 1280) =>
  await openAs({ browser, service }, person, '/usage', { width });

describe.runIf(browserRunsHere)('the usage page', () => {
  test('shows bars with words for who does not see them, and the same numbers as tables', async () => {
    const { page, offences } = await open(await busyPerson());
    const charts = page.getByRole('img', { name: /from .* on\. Most: / });
    await charts.first().waitFor();
    const words = await charts.evaluateAll((all) => all.map((each) => each.getAttribute('aria-label')));
    expect(words).toEqual([
      expect.stringMatching(/^Minutes from .* on\. Most: 20, /),
      expect.stringMatching(/^Cost from .* on\. Most: \$0\.32, /),
      expect.stringMatching(/^Recordings from .* on\. Most: 3, /),
    ]);
    await expect.poll(() => page.locator('canvas').count()).toBe(3);
    const byDay = page.getByRole('table', { name: 'Usage by day' });
    await expect.poll(() => byDay.locator('tbody').innerText()).toMatch(/^\w+ \d+ \w+\t3\t1\t20\t\$0\.32$/);
    await page.getByText('Nothing is in progress at the moment.').waitFor();
    expect(offences).toEqual([]);
    await page.close();
  });

  test('looks back further when asked, by key as well, and saves the numbers as a file', async () => {
    const { page } = await open(await busyPerson());
    const byKey = page.getByRole('table', { name: 'Usage by key' });
    await byKey.getByText('Dashboard').waitFor();
    await expect.poll(() => byKey.getByText('<b>server</b>').count()).toBe(0);
    await page.getByText('90 days').click();
    await byKey.getByText('<b>server</b>').waitFor();
    expect(page.url()).toBe(`${service.url}/usage?days=90`);
    for (const by of ['day', 'key']) {
      const download = page.waitForEvent('download');
      await page.getByRole('link', { name: `CSV of the usage by ${by}` }).click();
      expect((await download).suggestedFilename()).toMatch(/^icana-usage-90-days.*\.csv$/);
    }
    await page.getByText('365 days').click();
    await page.getByRole('heading', { name: 'Minutes by week' }).waitFor();
    await page.close();
  });

  test('tells what is in progress, and for how long', async () => {
    const person = await signIn(service);
    const { key } = await service.apiKeys.create(person.accountId, 'k');
    await createApiClient(service.url, key).submit();
    const { page } = await open(person);
    const promise = page.getByRole('region', { name: 'Nothing gets stuck' });
    await promise.getByText(/One recording is in progress; it, talk\.mp3, for \d+ seconds?\./).waitFor();
    await page.close();
  });

  test('says what to do when there is nothing to show', async () => {
    const { page } = await open(await signIn(service));
    await page.getByText('Nothing was transcribed in these 30 days. Add a recording').waitFor();
    await page.close();
  });

  test.each(SCREENS)('can be used by everybody, on a screen of %i, %s', async (width, colorScheme) => {
    const { page } = await open(await busyPerson(), width);
    await page.getByRole('table', { name: 'Usage by day' }).waitFor();
    await expectAccessible(page, colorScheme);
    await expectFits(page);
    await page.close();
  });
});
