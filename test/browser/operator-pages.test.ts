import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createModelStore, type ModelStore } from '@icana/engine/models';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';

import { serveBodies, type LocalServer } from '../../engine/src/models/testing/local-server.ts';
import { sampleHttpsModel } from '../../engine/src/models/testing/sample-models.ts';
import { expectBooksToBalance } from '../invariants/books.ts';
import { createApiClient } from '../support/api-client.ts';
import { browserRunsHere, startBrowser, type Browser } from '../support/browser.ts';
import { expectAccessible, openAs, SCREENS } from '../support/signed-in-pages.ts';
import { signIn, type SignedInPerson } from '../support/signed-in.ts';
import { startTestService, type TestService } from '../support/test-service.ts';

/** As a file may be called. */
const HOSTILE = '<img src=x onerror=alert(1)>.mp3';

let service: TestService;
let browser: Browser;
let origin: LocalServer;
let folder: string;
let models: ModelStore;
let operator: SignedInPerson;

/** A machine that has no model yet, and can have one whose licence is no open one, and one that the settings name. */
async function modelsToFetch() {
  folder = await mkdtemp(path.join(tmpdir(), 'icana-operator-pages-'));
  const published = new Map<string, Buffer>();
  origin = await serveBodies(async (file) => published.get(file));
  const { model, contents } = sampleHttpsModel(origin.url);
  for (const [file, bytes] of contents) published.set(file, bytes);
  const terms = { summary: 'learning', url: 'https://example.org/terms' };
  return createModelStore({
    directory: path.join(folder, 'models'),
    catalogue: [
      { ...model, licence: 'Odd Licence', terms },
      { ...model, id: 'named' },
    ],
    allowLoopbackHttp: true,
  });
}

beforeAll(async () => {
  if (!browserRunsHere) return;
  models = await modelsToFetch();
  const settings = { languageModels: { de: 'named' } };
  service = await startTestService({ pages: true, working: false, modelStore: models, settings });
  browser = await startBrowser();
});
beforeEach(async () => {
  operator = await signIn(service, { isOperator: true });
});
afterAll(async () => {
  await browser?.close();
  await service?.close();
  await origin?.close();
  if (folder) await rm(folder, { recursive: true, force: true });
});

const open = async (at: string, { as = operator, width = 1280 } = {}) =>
  await openAs({ browser, service }, as, at, { width });

/** A customer with a job that has failed. */
async function unluckyCustomer() {
  const customer = await service.newCustomer();
  const client = createApiClient(service.url, customer.key);
  const { body } = await client.sendForm([{ name: 'file', value: 'sound', filename: HOSTILE }]);
  const jobId = String(body['job_id']);
  await service.lifecycle.fail(jobId, 'It breaks off.');
  return { ...customer, jobId };
}

/** Presses a button, and another in the question that comes, which names what it is about. */
async function press(page: Page, name: string, { answer, naming }: { answer: string; naming: string }) {
  await page.getByRole('button', { name, exact: true }).first().click();
  const dialog = page.getByRole('dialog');
  await dialog.getByText(naming).first().waitFor();
  await dialog.getByRole('button', { name: answer }).click();
  await dialog.waitFor({ state: 'detached' });
}

/** Presses the Tab key until that is where the focus is. */
async function tabTo(page: Page, name: string): Promise<void> {
  const focused = page.locator(':focus', { hasText: name });
  for (let presses = 0; presses < 40; presses += 1) {
    if ((await focused.count()) > 0) return;
    await page.keyboard.press('Tab');
  }
  throw new Error(`The Tab key does not lead to ${name}.`);
}

describe.runIf(browserRunsHere)('the pages of the operator', () => {
  test('are in nobody else’s navigation, and not there when asked for', async () => {
    const { page, offences } = await open('/admin', { as: await signIn(service) });
    await page.getByText('There is no such page').waitFor();
    await expect.poll(() => page.getByRole('link', { name: 'Operator' }).count()).toBe(0);
    await page.goto(`${service.url}/admin/accounts`);
    await page.getByText('There is no such page').waitFor();
    expect(offences).toEqual([]);
    await page.context().close();
  });

  test('lead from the overview to an account, which is suspended and restored after a question', async () => {
    const { accountId, email } = await service.newCustomer();
    const { page, offences } = await open('/');
    await page.getByRole('link', { name: 'Operator' }).click();
    await page.getByText('Jobs in progress').waitFor();
    await page.getByRole('link', { name: 'Accounts' }).click();
    await page.getByLabel('Search in addresses').fill(email);
    await expect.poll(() => page.url()).toContain('search=');
    await page.getByRole('link', { name: email }).click();
    await page.getByRole('heading', { name: email }).waitFor();
    const status = async () => (await service.accounts.byEmail(email)).status;

    await page.getByRole('button', { name: 'Suspend…' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Leave it' }).click();
    expect(await status(), 'it was only asked').toBe('active');
    await press(page, 'Suspend…', { answer: 'Suspend it', naming: `Suspend ${email}?` });
    await expect.poll(status).toBe('suspended');
    await press(page, 'Restore…', { answer: 'Restore it', naming: `Restore ${email}?` });
    await expect.poll(status).toBe('active');
    await page.getByText('was suspended').waitFor();
    expect((await service.operatorActions.list({ limit: 9, account: accountId })).actions).toHaveLength(2);
    expect(offences).toEqual([]);
    await page.context().close();
  });

  test('change the credit of an account with a reason, and say why that cannot be', async () => {
    const { accountId, email } = await service.newCustomer();
    const { page, offences } = await open(`/admin/accounts/${accountId}`);
    await page.getByRole('button', { name: 'Change credit…' }).click();
    const dialog = page.getByRole('dialog', { name: `Change the credit of ${email}` });
    await dialog.getByLabel('Amount in AUD').fill('2.5');
    await dialog.getByRole('button', { name: 'Add it' }).click();
    await dialog.getByText('Say why: the ledger keeps it.').waitFor();
    await dialog.getByLabel('Reason').fill('paid by bank');
    await dialog.getByText('$1.44 now, $3.94 after it.').waitFor();
    await dialog.getByRole('button', { name: 'Add it' }).click();
    await dialog.waitFor({ state: 'detached' });
    expect(await service.credits.balance(accountId)).toEqual({ available: 3_940_000, held: 0 });
    await page.getByText('+$2.50: paid by bank').waitFor();

    await page.getByRole('button', { name: 'Change credit…' }).click();
    await dialog.getByText('Take away').click();
    await dialog.getByLabel('Amount in AUD').fill('4');
    await dialog.getByLabel('Reason').fill('mistake');
    await dialog.getByRole('button', { name: 'Take it away' }).click();
    await dialog.getByText('AUD 3.94 is available, so AUD 4.00 cannot be taken').waitFor();
    await expectBooksToBalance(service.db);
    // The refusal itself is what the browser writes of.
    expect(offences).toEqual([expect.stringContaining('400')]);
    await page.context().close();
  });

  test('change the credit once when the answer is lost and the form is sent again', async () => {
    const { accountId } = await service.newCustomer();
    const { page } = await open(`/admin/accounts/${accountId}`);
    const sent: unknown[] = [];
    await page.route('**/credit', async (route) => {
      sent.push(route.request().postDataJSON());
      if (sent.length > 1) return await route.continue();
      // It is done, and nobody hears of it.
      await route.fetch();
      await route.abort();
    });
    await page.getByRole('button', { name: 'Change credit…' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Amount in AUD').fill('2.5');
    await dialog.getByLabel('Reason').fill('paid by bank');
    await dialog.getByRole('button', { name: 'Add it' }).click();
    await dialog.getByText('The service cannot be reached.').waitFor();
    expect(await service.credits.balance(accountId)).toMatchObject({ available: 3_940_000 });
    await dialog.getByText('$1.44 now, $3.94 after it.').waitFor();
    await dialog.getByRole('button', { name: 'Add it' }).click();
    await dialog.waitFor({ state: 'detached' });
    await page.getByText('has $3.94 of credit now').waitFor();
    expect(await service.credits.balance(accountId)).toMatchObject({ available: 3_940_000 });
    expect(sent[1]).toEqual(sent[0]);

    await page.getByRole('button', { name: 'Change credit…' }).click();
    await dialog.getByLabel('Amount in AUD').fill('2.5');
    await dialog.getByLabel('Reason').fill('paid by bank');
    await dialog.getByRole('button', { name: 'Add it' }).click();
    await dialog.waitFor({ state: 'detached' });
    expect(await service.credits.balance(accountId)).toMatchObject({ available: 6_440_000 });
    await page.context().close();
  });

  test('set limits of an account, and take them back', async () => {
    const { accountId, email } = await service.newCustomer();
    const { page, offences } = await open(`/admin/accounts/${accountId}`);
    const settings = async () => (await service.accounts.byEmail(email)).settings;
    for (const [typed, limit] of [
      ['25', 25],
      ['', null],
    ] as const) {
      await page.getByRole('button', { name: 'Limits and time zone…' }).click();
      await page.getByLabel('Submissions a minute, for each key').fill(typed);
      await page.getByRole('combobox', { name: 'Time zone' }).fill('Australia/Perth');
      await page.getByRole('option', { name: 'Australia/Perth' }).click();
      await page.getByRole('button', { name: 'Save' }).click();
      await page.getByRole('dialog').waitFor({ state: 'detached' });
      expect(await settings()).toEqual({
        submitLimit: limit,
        requestLimit: null,
        timeZone: 'Australia/Perth',
      });
    }
    expect(offences).toEqual([]);
    await page.context().close();
  });

  test('list the jobs of everybody, try a failed one again, and cancel what came of it', async () => {
    const { email, accountId, jobId } = await unluckyCustomer();
    const { page, offences } = await open('/admin/jobs?state=failed');
    const row = page.getByRole('row', { name: email });
    await row.getByText(HOSTILE).waitFor();
    await row.getByRole('button', { name: 'Try again…' }).click();
    await page.getByRole('dialog').getByText(email).waitFor();
    await page.getByRole('button', { name: 'Try it again' }).click();
    const jobsOf = async () => (await service.jobs.list({ accountId, limit: 9 })).jobs;
    await expect.poll(async () => (await jobsOf()).length).toBe(2);

    await page.getByText('In progress').click();
    await row.getByRole('button', { name: 'Cancel…' }).click();
    await page.getByRole('button', { name: 'Cancel it' }).click();
    await expect.poll(async () => (await jobsOf())[0]?.status).toBe('failed');
    await page.goto(`${service.url}/admin/jobs?account=${accountId}`);
    await page.getByText(`Only those of ${email}.`).waitFor();
    await page
      .getByRole('button', { name: `Delete ${HOSTILE} of ${email}` })
      .last()
      .click();
    await page.getByRole('button', { name: 'Delete it' }).click();
    await expect.poll(async () => (await jobsOf()).map(({ id }) => id)).not.toContain(jobId);
    await expect.poll(() => page.locator('img[src="x"]').count(), { message: 'a name is a name' }).toBe(0);
    await expectBooksToBalance(service.db);
    expect(offences).toEqual([]);
    await page.context().close();
  });

  test('fetch a model once its licence is accepted, and all of it is in the log', async () => {
    const { page, offences } = await open('/admin/system');
    await page.getByRole('button', { name: 'Fetch the model sample' }).click();
    const fetchIt = page.getByRole('button', { name: 'Fetch it' });
    await expect.poll(() => fetchIt.isDisabled()).toBe(true);
    await page.getByLabel('I have read the Odd Licence and accept it for this service.').check();
    origin.answer('slowly', 'slowly');
    await fetchIt.click();
    await page.getByText('Fetching sample on').waitFor();
    await page.getByText('sample was fetched on').waitFor({ timeout: 20_000 });
    await page.getByRole('cell', { name: 'Installed', exact: true }).waitFor();
    const process = page.getByRole('table', { name: 'Processes' });
    await expect.poll(() => process.innerText()).toContain('you are talking to it');
    await page.getByRole('link', { name: 'Log' }).click();
    await page.getByText('fetched the model sample').waitFor();
    expect(offences).toEqual([]);
    await page.context().close();
  });

  test('remove a model after a question, and say why it stays where it is needed', async () => {
    origin.answer('whole');
    for (const id of ['sample', 'named']) await models.install(id, { acceptLicence: true });
    const { key } = await service.newCustomer();
    const { body } = await createApiClient(service.url, key).submit();
    const { page, offences } = await open('/admin/system');
    await page.getByText('LANGUAGE_MODELS names it for the language de.').waitFor();
    expect(await page.getByRole('button', { name: 'Remove the model named' }).count()).toBe(0);
    const removeSample = async () =>
      await press(page, 'Remove the model sample', { answer: 'Remove it', naming: 'Remove sample?' });

    await removeSample();
    await page.getByText('The model sample is used for a recording that is not done').waitFor();
    expect(models.show('sample').installed).toBe(true);
    await service.lifecycle.fail(String(body['job_id']), 'It breaks off.');
    await removeSample();
    await page.getByText('sample is removed.').waitFor();
    await page.getByRole('button', { name: 'Fetch the model sample' }).waitFor();
    expect(existsSync(models.show('sample').folder)).toBe(false);
    await page.getByRole('link', { name: 'Log' }).click();
    await page.getByText('removed the model sample').waitFor();
    // The refusal itself is what the browser writes of.
    expect(offences).toEqual([expect.stringContaining('400')]);
    await page.context().close();
  });

  test.each(SCREENS)(
    'can be used by everybody on a screen %i wide in %s colours, and fit',
    { timeout: 180_000 },
    async (width, colours) => {
      const { accountId, email } = await unluckyCustomer();
      await service.operators.as({ who: operator.email, accountId: null }).stepAccount(email, 'suspend');
      const { page, offences } = await open('/admin', { width });
      for (const [at, text] of [
        ['', 'Jobs in progress'],
        ['/accounts', email],
        [`/accounts/${accountId}`, 'It breaks off.'],
        ['/jobs', email],
        ['/system', 'DATA_DIR'],
        ['/log', email],
      ] as const) {
        await page.goto(`${service.url}/admin${at}`);
        await page.getByText(text).first().waitFor();
        await expectAccessible(page, colours);
        expect(await page.evaluate('document.documentElement.scrollWidth'), at).toBe(width);
      }
      expect(offences).toEqual([]);
      await page.context().close();
    },
  );

  test('can be used without a mouse', async () => {
    const { accountId, email } = await service.newCustomer();
    const { page, offences } = await open(`/admin/accounts/${accountId}`);
    await page.getByRole('button', { name: 'Suspend…' }).waitFor();
    await tabTo(page, 'Suspend…');
    await page.keyboard.press('Enter');
    await page.getByRole('dialog').waitFor();
    await tabTo(page, 'Suspend it');
    await page.keyboard.press('Enter');
    await expect.poll(async () => (await service.accounts.byEmail(email)).status).toBe('suspended');
    expect(offences).toEqual([]);
    await page.context().close();
  });
});
