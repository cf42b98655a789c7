/** The way of a newcomer through the real service, from sign-up to a corrected transcript, and what he may meet on it. */
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { parse as parseSrt } from '@plussub/srt-vtt-parser';
import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { makeRecordings } from '../faults/recordings.ts';
import { browserRunsHere, startBrowser, type Browser } from '../support/browser.ts';
import { startLine, type CuttableLine } from '../support/cuttable-line.ts';
import { startServiceProcess, type ServiceProcess } from '../support/service-process.ts';

const EMAIL = 'ada@example.org';
const PASSWORD = 'a long walk through it all';
/** So slow that a line can be cut in the middle of 272 kB. */
const SLOW_BYTES_PER_SECOND = 60_000;
/** What a transcription of a minute may take on a machine that is busy with other tests. */
const PATIENT = { timeout: 120_000 };

let dataDir: string;
let service: ServiceProcess;
let line: CuttableLine;
let browser: Browser;
let page: Page;
let offences: string[];

const at = (where: string) => new URL(where, service.url).href;
const button = (name: string | RegExp) => page.getByRole('button', { name });
const refusal = () => page.getByRole('alert');

async function logIn(password: string): Promise<void> {
  await page.getByLabel('E-mail').fill(EMAIL);
  await page.getByLabel(/^Password/).fill(password);
  await button('Log in').click();
}

async function makeKey(name: string): Promise<void> {
  await page.getByLabel('Name of a new key').fill(name);
  await button('Make a key').click();
  await page.getByText(`Copy the key “${name}” now`).waitFor();
}

const choose = (files: { name: string; mimeType: string; buffer: Buffer }[]) =>
  page.getByLabel('Recordings', { exact: true }).setInputFiles(files);

const jobRow = (name: string): Locator =>
  page.getByRole('region', { name: 'All recordings' }).getByRole('listitem').filter({ hasText: name });

/** Lets the browser send so slowly that there is a middle of an upload. */
async function slowDown(): Promise<void> {
  const session = await page.context().newCDPSession(page);
  await session.send('Network.emulateNetworkConditions', {
    latency: 0,
    downloadThroughput: -1,
    offline: false,
    uploadThroughput: SLOW_BYTES_PER_SECOND,
  });
}

/** Browsers write each refusal down as an error: those that were asked for are none. */
function forgive(...statuses: number[]): void {
  const rest = offences.filter(
    (offence) => !statuses.some((status) => offence.includes(`status of ${status}`)),
  );
  // The browser goes on writing into the same list.
  offences.splice(0, offences.length, ...rest);
}

describe.skipIf(!browserRunsHere)('a newcomer', () => {
  beforeAll(async () => {
    dataDir = await mkdtemp(path.join(tmpdir(), 'icana-walk-'));
    service = await startServiceProcess(dataDir);
    line = await startLine(Number(new URL(service.url).port));
    browser = await startBrowser();
    ({ page, offences } = await browser.open(service.url, { width: 1280 }));
  });
  afterAll(async () => {
    await browser?.close();
    await line?.cut();
    await service?.interrupt();
    await rm(dataDir, { recursive: true, force: true });
  });

  test('registers, and is told by mail how to go on', async () => {
    await page.getByRole('link', { name: 'Register' }).click();
    // The log-in has the same fields, and stands there until the next page has come.
    await page.getByRole('heading', { name: 'Register' }).waitFor();
    await page.getByLabel('E-mail').fill(EMAIL);
    await page.getByLabel(/^Password/).fill(PASSWORD);
    await button('Register').click();
    await page.getByText('Check your mail').waitFor();
  });

  test('who types a wrong password is told so, and no more', async () => {
    await page.goto(at('/login'));
    await logIn('not the password');
    await refusal().getByText('The e-mail address or the password is wrong.').waitFor();
    forgive(401);
  });

  test('a link that has expired says so and sends another', async () => {
    await page.goto(at('/verify?token=long-gone'));
    await page.getByText('This link has expired').waitFor();
    await page.getByLabel('E-mail').fill(EMAIL);
    await button('Send the mail again').click();
    forgive(400);
  });

  test('the link of the mail confirms the address and lets in', async () => {
    await page.goto(at('/outbox'));
    await page
      .getByRole('link', { name: /\/verify\?/ })
      .first()
      .click();
    await page.getByLabel(/^Password/).fill(PASSWORD);
    await button('Confirm and log in').click();
    await page.getByRole('link', { name: 'Go on' }).click();
    await page.getByRole('heading', { name: 'Recordings' }).waitFor();
    forgive(400, 401);
  });

  test('without credit the upload says what is missing, and where there is more', async () => {
    await service.admin('credit', EMAIL, '-1.44', '--reason', 'to see the end of it');
    await page.reload();
    await page.getByText('Not enough credit').waitFor();
    await page.getByRole('link', { name: 'Top up' }).click();
  });

  test('adds test credit, which says that it is a test', async () => {
    await page.getByText('A test: no money is taken').waitFor();
    await button('Add test credit').click();
    await page.getByText('$25.00 of test credit is added. No money was taken.').waitFor();
    await page.getByText('Credit left: $25.00').waitFor();
  });

  test('makes a key, which is shown once and works with curl', async () => {
    await page.getByRole('link', { name: 'API keys' }).click();
    await makeKey('from the walk');
    const program = await page.getByLabel('Program in curl').innerText();
    const key = /sk_\w+/.exec(program)?.[0] ?? '';
    const { stdout } = await promisify(execFile)('curl', [
      '-sS',
      '-H',
      `X-API-Key: ${key}`,
      at('/api/v1/usage'),
    ]);
    expect(JSON.parse(stdout)).toMatchObject({ credit_balance: 25, total_jobs: 0 });
    await button('I have kept it').click();
    await expect.poll(() => page.locator('body').innerText()).not.toContain(key);
  });

  test('has at most three keys, and reads why', async () => {
    await makeKey('second');
    await makeKey('third');
    await page.getByText('You have 3 keys, which is as many as an account can have').waitFor();
    await expect.poll(() => button('Make a key').count()).toBe(0);
  });

  test('a file that is no recording is refused by name', async () => {
    await page.getByRole('link', { name: 'Recordings' }).click();
    await choose([{ name: 'notes.txt', mimeType: 'text/plain', buffer: Buffer.from('not a recording') }]);
    await refusal().getByText('Unsupported file type').waitFor();
    await button('Remove notes.txt').click();
    forgive(400);
  });

  test('two recordings arrive whole over a line that breaks', PATIENT, async () => {
    const { whole, triple } = await makeRecordings();
    // By another port of the same machine, for which the cookie is the same.
    await page.goto(new URL('/', `http://127.0.0.1:${line.port}`).href);
    await slowDown();
    await choose(
      [triple, whole].map(({ name, bytes }) => ({
        name: `${name}.mp3`,
        mimeType: 'audio/mpeg',
        buffer: bytes,
      })),
    );
    await button('Transcribe 2 recordings').waitFor();
    await page
      .getByText(/Uploading: [2-6]\d %/)
      .first()
      .waitFor();
    await line.cut();
    await page.waitForTimeout(1500);
    await line.mend();
    await button('Transcribe 2 recordings').click();
    await jobRow('whole.mp3').waitFor(PATIENT);
    await jobRow('triple.mp3').waitFor(PATIENT);
    await page.goto(at('/'));
    offences.length = 0;
  });

  test('they are worked on before the eye, and done', PATIENT, async () => {
    for (const name of ['whole.mp3', 'triple.mp3']) {
      await jobRow(name).getByText('Done').waitFor(PATIENT);
      await jobRow(name)
        .getByText(/^\$0\.0\d+$/)
        .waitFor();
    }
  });

  test('who was logged out meanwhile logs in again and is where he was', async () => {
    const link = jobRow('whole.mp3').getByRole('link', { name: 'Open whole.mp3' });
    const href = (await link.getAttribute('href')) ?? '';
    await page.context().clearCookies();
    // Not by the link: as soon as the list hears that the session has ended, the log-in is in its place.
    await page.goto(at(href));
    await page.getByRole('heading', { name: 'Log in' }).waitFor();
    await logIn(PASSWORD);
    await page.getByRole('heading', { name: 'whole.mp3' }).waitFor();
    forgive(401);
  });

  test('names a speaker and corrects a sentence', async () => {
    await button('Rename Speaker 1').click();
    await page.getByLabel('Name', { exact: true }).fill('Ms <b>Clerk</b>');
    await button(/^Rename$/).click();
    await page.getByText('Ms <b>Clerk</b>').first().waitFor();
    await page.getByRole('button', { name: 'Edit', exact: true }).first().click();
    await page
      .getByRole('textbox', { name: /^Text of Ms/ })
      .fill('<img src=x onerror=alert(1)> Good day to you.');
    await button('Done').click();
    await page.getByText('Saved').waitFor();
    await page.reload();
    await page.getByText('<img src=x onerror=alert(1)> Good day to you.').waitFor();
  });

  test('exports subtitles in which both stand', async () => {
    await button('Export').click();
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('menuitem', { name: /SRT/ }).click(),
    ]);
    expect(download.suggestedFilename()).toBe('whole.srt');
    const { entries } = parseSrt(await readFile(await download.path(), 'utf8'));
    expect(entries.length).toBeGreaterThan(3);
    const text = entries.map((entry: { text: string }) => entry.text.replaceAll(/\s+/g, ' ')).join(' ');
    expect(text).toContain('Clerk');
    expect(text).toContain('Good day to you.');
  });

  test('deletes a recording, and it is gone', async () => {
    await page.getByRole('button', { name: 'More', exact: true }).click();
    await page.getByRole('menuitem', { name: 'Delete…' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
    await jobRow('triple.mp3').waitFor();
    await expect.poll(() => jobRow('whole.mp3').count()).toBe(0);
    // What its page had still asked of it.
    forgive(404);
  });

  test('no page has asked another host, or written an error', () => {
    expect(offences).toEqual([]);
  });
});
