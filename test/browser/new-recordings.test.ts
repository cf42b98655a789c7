import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { UnusableAudioError } from '@icana/engine';
import { beforeEach, describe, expect, test } from 'vitest';

import { browserRunsHere } from '../support/browser.ts';
import { startLine, type CuttableLine } from '../support/cuttable-line.ts';
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
const stage = setRecordingsStage();

describe.runIf(browserRunsHere)('a recording', () => {
  test('is chosen, priced, transcribed with the options that were set, and followed until it is done', async () => {
    const release = stage.holdWork();
    const { page, offences } = await stage.enter();
    await page.getByText('No recordings yet.').waitFor();
    await choose(page, CONVERSATION);
    await onItsWay(page, 'conversation.mp3').getByText('Uploaded. Ready to be transcribed.').waitFor();
    await page.getByText('Price: $0.002667').waitFor();

    await page.getByRole('combobox', { name: 'How many people speak?' }).click();
    await page.getByRole('option', { name: 'Between … and …' }).click();
    await page.getByLabel('At most').fill('3');
    await page.getByLabel('Names and special words').fill('Kirribilli, HbA1c');
    await page.getByRole('button', { name: 'Transcribe' }).click();

    await untilSeen(page, 'conversation.mp3', 'Transcribing');
    await untilSeen(page, 'conversation.mp3', /40 %/);
    await untilSeen(page, 'conversation.mp3', '$0.002667 reserved');
    await page.getByText('Credit left: $1.44').waitFor();
    release();
    await untilSeen(page, 'conversation.mp3', 'Done');
    await untilSeen(page, 'conversation.mp3', '$0.002783');
    await expect.poll(() => page.getByRole('region', { name: 'New recordings' }).count()).toBe(0);

    expect(await stage.jobs()).toMatchObject([
      {
        original_filename: 'conversation.mp3',
        prompt: 'Kirribilli, HbA1c',
        min_speakers: 2,
        max_speakers: 3,
        sha256: sha256(await readFile(CONVERSATION)),
      },
    ]);
    expect(offences).toEqual([]);
  });

  test('can be transcribed before it has arrived, and several together', async () => {
    const { page } = await stage.enter();
    await slowDown(page, 100_000);
    const other = await stage.fileOf('second.mp3', await readFile(CONVERSATION));
    await choose(page, CONVERSATION, other);
    await page.getByText(/^Price: (less than|about)/).waitFor();
    await page.getByRole('button', { name: 'Transcribe 2 recordings' }).click();
    await onItsWay(page, 'second.mp3')
      .getByText(/then it is transcribed/)
      .waitFor();
    await untilSeen(page, 'second.mp3', 'Done');
    await untilSeen(page, 'conversation.mp3', 'Done');
  });

  test('is asked about once more when it is longer than the browser thought', async () => {
    stage.engine.probe = async () => ({ durationSeconds: 40 * 60 });
    const { page } = await stage.enter();
    await slowDown(page, 100_000);
    await choose(page, CONVERSATION);
    await page.getByText(/^Price: (less than|about)/).waitFor();
    await page.getByRole('button', { name: 'Transcribe' }).click();
    await onItsWay(page, 'conversation.mp3')
      .getByText(/The exact price is \$0\.64\./)
      .waitFor();
    expect(await stage.jobs()).toEqual([]);
    await page.getByRole('button', { name: 'Transcribe' }).click();
    await untilSeen(page, 'conversation.mp3', 'Done');
  });

  test('that costs more than there is is refused before anything is spent, and goes through after a top-up', async () => {
    stage.engine.probe = async () => ({ durationSeconds: 3 * 3600 });
    const { page } = await stage.enter();
    await choose(page, CONVERSATION);
    await page.getByText('Price: $2.88').waitFor();
    await page.getByRole('button', { name: 'Transcribe' }).click();
    const refusal = onItsWay(page, 'conversation.mp3').getByText(/costs \$2\.88 and you have \$1\.44 left/);
    await refusal.waitFor();
    expect(await stage.jobs()).toEqual([]);
    await stage
      .service()
      .credits.adjust({ accountId: stage.person().accountId, amountMicroAud: 5e6, reason: 'a test' });
    await page.getByRole('button', { name: 'Transcribe' }).click();
    await untilSeen(page, 'conversation.mp3', 'Done');
  });

  test('that is none is refused in a sentence, and nothing of it is kept', async () => {
    const { page } = await stage.enter();
    await choose(page, await stage.fileOf('letter.txt', Buffer.from('Dear Sir')));
    await onItsWay(page, 'letter.txt')
      .getByText(/^Unsupported file type/)
      .waitFor();
    stage.engine.probe = async () => {
      throw new UnusableAudioError('The file holds no audio.');
    };
    await choose(page, await stage.fileOf('silent.mp4', Buffer.from('no sound')));
    await onItsWay(page, 'silent.mp4').getByText('The file holds no audio.').waitFor();
    for (const name of ['letter.txt', 'silent.mp4']) {
      await page.getByRole('button', { name: `Remove ${name}` }).click();
    }
    const kept = () => stage.service().db.selectFrom('resumable_uploads').selectAll().execute();
    await expect.poll(kept).toEqual([]);
  });

  test('is taken when it is dropped on the page', async () => {
    const { page } = await stage.enter();
    const bytes = (await readFile(CONVERSATION)).toString('base64');
    const dropped = await page.evaluateHandle(`
      const content = Uint8Array.from(atob('${bytes}'), (sign) => sign.charCodeAt(0));
      const transfer = new DataTransfer();
      transfer.items.add(new File([content], 'dropped.mp3', { type: 'audio/mpeg' }));
      transfer`);
    await page.getByText('Drop recordings here, or').dispatchEvent('drop', { dataTransfer: dropped });
    await onItsWay(page, 'dropped.mp3').getByText('Uploaded. Ready to be transcribed.').waitFor();
  });

  test('is chosen without a mouse', async () => {
    const { page } = await stage.enter();
    const opened = page.waitForEvent('filechooser');
    await page.getByRole('button', { name: 'Choose files' }).focus();
    await page.keyboard.press('Enter');
    await (await opened).setFiles(CONVERSATION);
    await onItsWay(page, 'conversation.mp3').waitFor();
  });
});

describe.runIf(browserRunsHere)('an upload', () => {
  let line: CuttableLine;
  beforeEach(async () => {
    line = await startLine(Number(new URL(stage.service().url).port));
  });

  test('is paused, outlives a cut line and a page that is loaded anew, and brings the very same bytes', async () => {
    const bytes = randomBytes(6 * MB);
    const file = await stage.fileOf('long.wav', bytes);
    const { page } = await stage.enter({ at: `http://127.0.0.1:${line.port}` });
    await slowDown(page, MB);
    await choose(page, file);
    const row = onItsWay(page, 'long.wav');
    await row.getByText(/Uploading: [1-9]/).waitFor();
    await row.getByRole('button', { name: 'Pause long.wav' }).click();
    await row.getByText(/^Paused at \d+ %$/).waitFor();
    await row.getByRole('button', { name: 'Go on with long.wav' }).click();
    await row.getByText(/Uploading: [2-9]\d/).waitFor();

    await line.cut();
    await row.getByText(/The connection was lost\. Trying/).waitFor();
    await line.mend();
    await row.getByText(/Uploading: [4-9]\d/).waitFor();

    page.once('dialog', (dialog) => void dialog.accept());
    await page.reload();
    await row.getByText(/% uploaded before\. Choose the file again/).waitFor();
    expect(
      (await stage.service().resumableUploads.list(stage.person().accountId))[0]?.receivedBytes,
    ).toBeGreaterThan(2 * MB);

    const chooser = page.waitForEvent('filechooser');
    await page.getByRole('button', { name: 'Choose file long.wav again' }).click();
    await (await chooser).setFiles(CONVERSATION);
    await row.getByText(/This is not the file that was begun/).waitFor();
    await choose(page, file);
    await row.getByText('Uploaded. Ready to be transcribed.').waitFor();
    expect(await stage.service().resumableUploads.list(stage.person().accountId)).toHaveLength(1);
    await page.getByRole('button', { name: 'Transcribe' }).click();
    await untilSeen(page, 'long.wav', 'Done');
    expect(await stage.jobs()).toMatchObject([{ sha256: sha256(bytes), size_bytes: bytes.length }]);
    await line.cut();
  });

  test('that had arrived before the page was loaded anew needs no file to be transcribed', async () => {
    const { page } = await stage.enter();
    await choose(page, CONVERSATION);
    const row = onItsWay(page, 'conversation.mp3');
    await row.getByText('Uploaded. Ready to be transcribed.').waitFor();
    await page.reload();
    await row.getByText('Uploaded. Ready to be transcribed.').waitFor();
    await page.getByRole('button', { name: 'Transcribe' }).click();
    await untilSeen(page, 'conversation.mp3', 'Done');
  });

  test('goes on while one looks at another page', async () => {
    const { page } = await stage.enter();
    await slowDown(page, MB);
    await choose(page, await stage.fileOf('long.wav', randomBytes(3 * MB)));
    await onItsWay(page, 'long.wav')
      .getByText(/Uploading: [1-9]/)
      .waitFor();
    await page.getByRole('button', { name: stage.person().email }).click();
    await page.getByRole('menuitem', { name: /account/i }).click();
    await page.waitForURL('**/settings/account');
    await page.getByRole('link', { name: 'Recordings' }).click();
    await onItsWay(page, 'long.wav').getByText('Uploaded. Ready to be transcribed.').waitFor();
  });

  test('that is removed leaves nothing with the service', async () => {
    const { page } = await stage.enter();
    await slowDown(page, MB);
    await choose(page, await stage.fileOf('long.wav', randomBytes(5 * MB)));
    await onItsWay(page, 'long.wav')
      .getByText(/Uploading: [1-9]/)
      .waitFor();
    await page.getByRole('button', { name: 'Remove long.wav' }).click();
    await expect.poll(() => stage.service().resumableUploads.list(stage.person().accountId)).toEqual([]);
    await page.getByText('No recordings yet.').waitFor();
    await expect.poll(() => page.getByRole('region', { name: 'New recordings' }).count()).toBe(0);
  });
});
