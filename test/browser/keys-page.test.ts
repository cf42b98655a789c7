import { execFile, spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { browserRunsHere, startBrowser, type Browser } from '../support/browser.ts';
import { expectAccessible, expectFits, openAs, SCREENS } from '../support/signed-in-pages.ts';
import { signIn, type SignedInPerson } from '../support/signed-in.ts';
import { startTestService, type TestService } from '../support/test-service.ts';

const KEY = /sk_test_[0-9A-Za-z]{32}/;

/** The library that the program needs is not part of Python. */
const hasRequests = spawnSync('python3', ['-c', 'import requests']).status === 0;

let service: TestService;
let browser: Browser;
let folder: string;
beforeAll(async () => {
  if (!browserRunsHere) return;
  folder = await mkdtemp(path.join(tmpdir(), 'icana-keys-'));
  await writeFile(path.join(folder, 'recording.mp3'), 'sound');
  service = await startTestService({ pages: true });
  browser = await startBrowser();
});
afterAll(async () => {
  await browser?.close();
  await service?.close();
  if (folder) await rm(folder, { recursive: true });
});

const openKeys = async (person: SignedInPerson, width = 1280) =>
  await openAs({ browser, service }, person, '/settings/keys', { width });

async function makeKey(page: Page, name: string): Promise<string> {
  await page.getByLabel('Name of a new key').fill(name);
  await page.keyboard.press('Enter');
  const shown = page.getByRole('status').filter({ hasText: `Copy the key “${name}” now` });
  return KEY.exec(await shown.innerText())?.[0] ?? '';
}

const listed = (page: Page) => page.getByRole('region', { name: 'Your keys' }).getByRole('listitem');

/** The program as it stands on the page. */
async function programIn(page: Page, language: string): Promise<string> {
  await page.getByText(language, { exact: true }).click();
  return await page.getByLabel(`Program in ${language}`).innerText();
}

const run = async (command: string, args: readonly string[]) =>
  (await promisify(execFile)(command, args, { cwd: folder })).stdout;

describe.runIf(browserRunsHere)('the page of keys', () => {
  test('shows a new key once, and then only what it is called and how it ends', async () => {
    const person = await signIn(service);
    const { page, offences } = await openKeys(person);
    await page.getByText('There is no key yet.').waitFor();
    const key = await makeKey(page, '<img src=x onerror=alert(1)>');
    expect(key).toMatch(KEY);
    const row = await listed(page).innerText();
    expect(row).toContain('<img src=x onerror=alert(1)>');
    expect(row).toContain(`sk_test_…${key.slice(-4)}`);
    expect(row).toContain('Never used');
    await page.getByRole('button', { name: 'I have kept it' }).click();
    expect(await page.content()).not.toContain(key);
    expect(await service.apiKeys.authenticate(key, '203.0.113.7')).toMatchObject({
      accountId: person.accountId,
    });
    await page.reload();
    await listed(page).getByText('from 203.0.113.7').waitFor();
    expect(await page.content()).not.toContain(key);
    expect(offences).toEqual([]);
    await page.close();
  });

  test('has a curl program that works as pasted, with the new key in it', async () => {
    const { page } = await openKeys(await signIn(service));
    expect(await programIn(page, 'curl')).toContain('YOUR_API_KEY');
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    const key = await makeKey(page, 'shell');
    const lines = (await programIn(page, 'curl')).split('\n');
    const send = lines.find((line) => line.startsWith('curl')) ?? '';
    expect(send).toContain(key);
    const answer = JSON.parse(await run('sh', ['-c', `${send} --silent`])) as Record<string, unknown>;
    expect(answer['status']).toBe('processing');
    await page.getByRole('button', { name: 'Copy', exact: true }).click();
    await page.getByText('The program is copied.').waitFor();
    expect(await page.evaluate('navigator.clipboard.readText()')).toContain(send);
    await page.getByRole('button', { name: 'Copy the key' }).click();
    await page.getByText('The key is copied.').waitFor();
    expect(await page.evaluate('navigator.clipboard.readText()')).toBe(key);
    await page.close();
  });

  test('has a TypeScript program that runs to the end as pasted', async () => {
    const { page } = await openKeys(await signIn(service));
    const key = await makeKey(page, 'program');
    const program = await programIn(page, 'TypeScript');
    expect(program).toContain(key);
    await writeFile(path.join(folder, 'program.ts'), program);
    // The recording of the test is silent: who said what is nothing.
    expect(await run(process.execPath, ['program.ts'])).toBe('\n');
    await page.close();
  });

  test.runIf(hasRequests)('has a Python program that runs to the end as pasted', async () => {
    const { page } = await openKeys(await signIn(service));
    await makeKey(page, 'program');
    await writeFile(path.join(folder, 'program.py'), await programIn(page, 'Python'));
    expect(await run('python3', ['program.py'])).toBe('\n');
    await page.close();
  });

  test('revokes a key only after it was named and confirmed, by keyboard alone', async () => {
    const person = await signIn(service);
    const { key } = await service.apiKeys.create(person.accountId, 'old server');
    const { page, offences } = await openKeys(person);
    await page.getByRole('button', { name: 'Revoke the key old server' }).focus();
    await page.keyboard.press('Enter');
    const dialog = page.getByRole('dialog', { name: 'Revoke this key?' });
    await dialog.getByText('old server').waitFor();
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'hidden' });
    expect(await service.apiKeys.authenticate(key, 'test')).not.toBeNull();
    await page.getByRole('button', { name: 'Revoke the key old server' }).press('Enter');
    await dialog.getByRole('button', { name: 'Revoke it' }).press('Enter');
    await page.getByText('There is no key yet.').waitFor();
    expect(await service.apiKeys.authenticate(key, 'test')).toBeNull();
    expect(offences).toEqual([]);
    await page.close();
  });

  test('takes a new key away from the screen when it is revoked', async () => {
    const { page } = await openKeys(await signIn(service));
    const key = await makeKey(page, 'by mistake');
    await page.getByRole('button', { name: 'Revoke the key by mistake' }).click();
    await page.getByRole('button', { name: 'Revoke it' }).click();
    await page.getByText('There is no key yet.').waitFor();
    await expect.poll(() => page.content()).not.toContain(key);
    await page.close();
  });

  test('says why there is no fourth key, and what to do', async () => {
    const person = await signIn(service);
    for (const name of ['one', 'two', 'three']) await service.apiKeys.create(person.accountId, name);
    const { page } = await openKeys(person);
    await page.getByText('To make another, revoke one that is no longer used.').waitFor();
    await expect.poll(() => page.getByRole('button', { name: 'Make a key' }).count()).toBe(0);
    await page.close();
  });

  test('shows what the service says when a fourth key was made elsewhere meanwhile', async () => {
    const person = await signIn(service);
    const { page } = await openKeys(person);
    await page.getByLabel('Name of a new key').fill('mine');
    for (const name of ['one', 'two', 'three']) await service.apiKeys.create(person.accountId, name);
    await page.getByRole('button', { name: 'Make a key' }).click();
    await page.getByText('The account has 3 keys already: revoke one first.').waitFor();
    await page.close();
  });

  test('tells who has not verified the address what a key answers until then', async () => {
    const { page } = await openKeys(await signIn(service, { unverified: true }));
    await makeKey(page, 'first');
    await page
      .getByText('It works once you have confirmed your e-mail address, and answers “403” until then.')
      .waitFor();
    await page.getByText('You can make more keys once you have confirmed your e-mail address.').waitFor();
    await page.close();
  });

  test.each(SCREENS)('can be used by everybody, on a screen of %i, %s', async (width, colorScheme) => {
    const person = await signIn(service);
    await service.apiKeys.create(person.accountId, 'laptop');
    const { page } = await openKeys(person, width);
    await makeKey(page, 'a name that is long enough to need more than a line on the screen of a phone');
    await expectAccessible(page, colorScheme);
    await expectFits(page);
    await page.close();
  });
});
