import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { UnusableAudioError } from '@icana/engine';
import { describe, expect, test } from 'vitest';

import { browserRunsHere } from '../support/browser.ts';
import { startLine } from '../support/cuttable-line.ts';
import { TWO_SPEAKERS } from '../support/scripted-service.ts';
import {
  choose,
  CONVERSATION,
  listed,
  onItsWay,
  setRecordingsStage,
  sha256,
  untilSeen,
} from '../support/recordings-stage.ts';
import { expectAccessible } from '../support/signed-in-pages.ts';

const stage = setRecordingsStage();

async function submitted(name = 'talk.mp3'): Promise<string> {
  const { accountId } = stage.person();
  const job = await stage
    .service()
    .submissions.open({ accountId, keyId: null, filename: name, language: 'en' });
  const file = { sha256: sha256(randomBytes(9)), sizeBytes: 5, durationMs: 10_000 };
  const options = { language: 'en', prompt: null, numSpeakers: null, minSpeakers: null, maxSpeakers: null };
  await stage.service().storage.put(job.storage_key, Readable.from([Buffer.from('sound')]));
  return await stage.service().submissions.submit(job, file, { options, idempotencyKey: null });
}

async function untilDone(id: string): Promise<void> {
  await expect
    .poll(async () => (await stage.service().jobs.summaryOf(id))?.status, { timeout: 10_000 })
    .toMatch(/completed|failed/);
}

describe.runIf(browserRunsHere)('the list', () => {
  test('shows jobs that come on other ways, and takes up again what it missed while the line was cut', async () => {
    const line = await startLine(Number(new URL(stage.service().url).port));
    const release = stage.holdWork();
    const { page } = await stage.enter({ at: `http://127.0.0.1:${line.port}` });
    await page.getByText('No recordings yet.').waitFor();
    const id = await submitted('by-key.mp3');
    await untilSeen(page, 'by-key.mp3', 'Transcribing');
    await line.cut();
    release();
    await untilDone(id);
    await line.mend();
    await untilSeen(page, 'by-key.mp3', 'Done');
    await line.cut();
  });

  test('lets one cancel what goes on, once one has said so twice', async () => {
    stage.holdWork();
    const { page } = await stage.enter();
    await submitted();
    await untilSeen(page, 'talk.mp3', 'Transcribing');
    await page.getByRole('button', { name: 'Cancel the transcription of talk.mp3' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Let it go on' }).click();
    await expect.poll(() => listed(page, 'talk.mp3').count()).toBe(1);
    await page.getByRole('button', { name: 'Cancel the transcription of talk.mp3' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Cancel it' }).click();
    await page.getByText('No recordings yet.').waitFor();
    expect((await stage.service().credits.balance(stage.person().accountId)).available).toBe(1_440_000);
  });

  test('says why a job failed, and lets one try again and delete', async () => {
    stage.engine.transcribe = async () => {
      throw new UnusableAudioError('The recording breaks off.');
    };
    await submitted();
    const { page } = await stage.enter();
    await untilSeen(page, 'talk.mp3', 'The recording breaks off.');
    await untilSeen(page, 'talk.mp3', 'Nothing charged');
    stage.engine.transcribe = async () => TWO_SPEAKERS;
    await page.getByRole('button', { name: 'Try again: talk.mp3' }).click();
    await untilSeen(page, 'talk.mp3', 'Done');
    await expect.poll(() => listed(page, 'talk.mp3').count()).toBe(2);
    await listed(page, 'Failed').getByRole('button', { name: 'Delete talk.mp3' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
    await expect.poll(() => listed(page, 'talk.mp3').count()).toBe(1);
  });

  test('is narrowed by state and by a part of the name, and shown page by page', async () => {
    const ids: string[] = [];
    for (let number = 1; number <= 30; number += 1) ids.push(await submitted(`meeting ${number}.mp3`));
    await Promise.all(ids.map(untilDone));
    const { page } = await stage.enter();
    await expect.poll(() => listed(page, 'meeting').count()).toBe(25);
    await page.getByRole('button', { name: 'Show older ones' }).click();
    await expect.poll(() => listed(page, 'meeting').count()).toBe(30);
    await page.getByLabel('Search in names').fill('TING 2');
    await expect.poll(() => listed(page, 'meeting').count()).toBe(11);
    await page.getByText('Failed', { exact: true }).click();
    await page.getByText('No recording matches.').waitFor();
  });

  test('shows a hostile name as the text that it is', async () => {
    const name = '<img src=x onerror="document.title=1">.mp3';
    await untilDone(await submitted(name));
    const { page, offences } = await stage.enter();
    await listed(page, name).getByText(name).waitFor();
    await page.getByRole('button', { name: `Delete ${name}` }).click();
    await page.getByRole('dialog').getByText(name).waitFor();
    await expect.poll(() => page.locator('img[src=x]').count()).toBe(0);
    expect(offences).toEqual([]);
  });

  test('and all else on the page is fit for everybody, on a desk and on a phone, light and dark', async () => {
    const release = stage.holdWork();
    const done = await submitted('first.mp3');
    const { page } = await stage.enter();
    release();
    await untilDone(done);
    stage.engine.transcribe = async () => {
      throw new UnusableAudioError('The recording breaks off.');
    };
    await untilDone(await submitted('second.mp3'));
    stage.holdWork();
    await submitted('third.mp3');
    await choose(page, CONVERSATION, await stage.fileOf('letter.txt', Buffer.from('Dear Sir')));
    await onItsWay(page, 'conversation.mp3').getByText('Uploaded. Ready to be transcribed.').waitFor();
    await page.getByRole('combobox', { name: 'How many people speak?' }).click();
    await page.getByRole('option', { name: 'Between … and …' }).click();
    await untilSeen(page, 'third.mp3', /40 %/);
    await untilSeen(page, 'second.mp3', 'Failed');
    for (const width of [1280, 390]) {
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.setViewportSize({ width, height: 900 });
        await expectAccessible(page, colorScheme);
        // Nothing sticks out to the side.
        expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width);
      }
    }
  });
});
