import { randomBytes } from 'node:crypto';
import type { Page, Route } from 'playwright-core';
import { describe, expect, test } from 'vitest';

import { expectBooksToBalance } from '../invariants/books.ts';
import { browserRunsHere } from '../support/browser.ts';
import {
  choose,
  CONVERSATION,
  onItsWay,
  setRecordingsStage,
  sha256,
  slowDown,
  untilSeen,
} from '../support/recordings-stage.ts';

const MB = 1024 * 1024;
const stage = setRecordingsStage({ slowestPace: { leastBytes: 100_000, withinMs: 2000 } });

const press = async (page: Page, name: string) => await page.getByRole('button', { name }).click();
const untilReady = async (page: Page, name: string) =>
  await onItsWay(page, name).getByText('Uploaded. Ready to be transcribed.').waitFor();

/** Lets the next order through to the service, and has something else come of its answer. */
async function loseAnswer(page: Page, instead: (route: Route) => Promise<void>): Promise<void> {
  let isLost = false;
  await page.route(
    (url) => url.pathname === '/app/jobs',
    async (route) => {
      if (isLost || route.request().method() !== 'POST') return await route.fallback();
      isLost = true;
      expect((await route.fetch()).status()).toBe(200);
      await instead(route);
    },
  );
}

/** Nothing is on its way any more, and what came of it is one job, paid for once. */
async function expectOneJob(page: Page, name: string): Promise<void> {
  await untilSeen(page, name, 'Done');
  await expect.poll(() => page.getByRole('region', { name: 'New recordings' }).count()).toBe(0);
  expect(await stage.jobs()).toMatchObject([{ original_filename: name, status: 'completed' }]);
  expect(await stage.service().resumableUploads.list(stage.person().accountId)).toEqual([]);
  await expectBooksToBalance(stage.service().db);
}

/** The same person's recordings in a window beside. */
async function openBeside(page: Page): Promise<Page> {
  const beside = await page.context().newPage();
  await beside.goto(page.url());
  return beside;
}

/** As the sweep does after a day. */
async function discardAll(): Promise<void> {
  const { accountId } = stage.person();
  const { resumableUploads } = stage.service();
  for (const { id } of await resumableUploads.list(accountId)) {
    await resumableUploads.discard({ accountId, id });
  }
}

describe.runIf(browserRunsHere)('a recording is one job', () => {
  test.each([
    ['was lost', /cannot be reached/, (route: Route) => route.abort()],
    [
      'a proxy gave up on',
      /answered with an error \(504\)/,
      (route: Route) => route.fulfill({ status: 504 }),
    ],
  ])('when the answer that %s is asked for once more', async (_, problem, instead) => {
    const { page } = await stage.enter();
    await choose(page, CONVERSATION);
    await untilReady(page, 'conversation.mp3');
    await loseAnswer(page, instead);
    await press(page, 'Transcribe');
    await onItsWay(page, 'conversation.mp3').getByText(problem).waitFor();
    await press(page, 'Transcribe');
    await expectOneJob(page, 'conversation.mp3');
  });

  test('when two windows have it transcribed, one after the other', async () => {
    const { page } = await stage.enter();
    await choose(page, CONVERSATION);
    await untilReady(page, 'conversation.mp3');
    const beside = await openBeside(page);
    await untilReady(beside, 'conversation.mp3');
    await press(beside, 'Transcribe');
    await untilSeen(beside, 'conversation.mp3', 'Done');
    await press(page, 'Transcribe');
    await expectOneJob(page, 'conversation.mp3');
  });

  test('when a window goes on with what another has finished meanwhile', async () => {
    const { page } = await stage.enter();
    await slowDown(page, MB);
    const file = await stage.fileOf('long.wav', randomBytes(4 * MB));
    await choose(page, file);
    await onItsWay(page, 'long.wav')
      .getByText(/Uploading: [1-9]/)
      .waitFor();
    await press(page, 'Transcribe');
    await press(page, 'Pause long.wav');
    const beside = await openBeside(page);
    await onItsWay(beside, 'long.wav')
      .getByText(/% uploaded before/)
      .waitFor();
    await choose(beside, file);
    await untilReady(beside, 'long.wav');
    await press(beside, 'Transcribe');
    await untilSeen(beside, 'long.wav', 'Done');
    await press(page, 'Go on with long.wav');
    await expectOneJob(page, 'long.wav');
  });
});

describe.runIf(browserRunsHere)('an upload that is no longer kept', () => {
  test('is sent again when its sender says so, and transcribed only when he says that, too', async () => {
    const { page } = await stage.enter();
    await choose(page, CONVERSATION);
    await untilReady(page, 'conversation.mp3');
    await discardAll();
    await press(page, 'Transcribe');
    await onItsWay(page, 'conversation.mp3')
      .getByText(/no longer kept. Try again/)
      .waitFor();
    await press(page, 'Try again: conversation.mp3');
    await untilReady(page, 'conversation.mp3');
    expect(await stage.jobs()).toEqual([]);
    await press(page, 'Transcribe');
    await expectOneJob(page, 'conversation.mp3');
  });

  test('and whose file this page never had has to be added again', async () => {
    const { page } = await stage.enter();
    await choose(page, CONVERSATION);
    await untilReady(page, 'conversation.mp3');
    await page.reload();
    await untilReady(page, 'conversation.mp3');
    await discardAll();
    await press(page, 'Transcribe');
    await onItsWay(page, 'conversation.mp3')
      .getByText(/no longer kept. Add the file again/)
      .waitFor();
    await choose(page, CONVERSATION);
    await untilReady(page, 'conversation.mp3');
  });
});

test.runIf(browserRunsHere)(
  'an upload that is too slow is stopped, keeps what has arrived, and goes on from there over a better line',
  async () => {
    const bytes = randomBytes(MB);
    const { page } = await stage.enter();
    const changeSpeed = await slowDown(page, 20_000);
    await choose(page, await stage.fileOf('long.wav', bytes));
    await onItsWay(page, 'long.wav')
      .getByText(/too slow.* What has arrived is kept/)
      .waitFor();
    const kept = await stage.service().resumableUploads.list(stage.person().accountId);
    expect(kept).toMatchObject([{ filename: 'long.wav', sizeBytes: MB }]);
    expect(kept[0]?.receivedBytes).toBeGreaterThan(0);

    await changeSpeed(MB);
    const goesOnAt = page.waitForRequest((request) => request.method() === 'PATCH');
    await press(page, 'Try again: long.wav');
    expect(Number((await goesOnAt).headers()['upload-offset'])).toBeGreaterThanOrEqual(
      kept[0]?.receivedBytes ?? MB,
    );
    await untilReady(page, 'long.wav');
    await press(page, 'Transcribe');
    await expectOneJob(page, 'long.wav');
    expect(await stage.jobs()).toMatchObject([{ sha256: sha256(bytes) }]);
  },
);
