import type { EditableTranscript } from '@icana/contract/app';
import {
  applyEdits,
  fromColumns,
  renameSpeaker,
  replaceText,
  type Original,
  type Overlay,
} from '@icana/contract/edits';
import type { Locator, Page } from 'playwright-core';
import { beforeEach, describe, expect, test } from 'vitest';

import { browserRunsHere } from '../support/browser.ts';
import { passages, recognised, said, setTranscriptStage, untilSaved } from '../support/transcript-stage.ts';

const TALK = recognised([
  said(1, 0.4, 'Good morning. When does the next train leave?'),
  said(2, 6, 'It leaves at half past nine.'),
  said(1, 12, 'Thank you very much.'),
]);

const stage = setTranscriptStage();

describe.skipIf(!browserRunsHere)('a transcript that is edited elsewhere', () => {
  let id: string;
  let page: Page;
  let offences: string[];
  beforeEach(async () => {
    id = await stage.completed(TALK);
    ({ page, offences } = await stage.openJob(id));
    await passages(page).first().waitFor();
    return async () => {
      expect(offences).toEqual([]);
      await page.context().close();
    };
  });

  const passage = (text: string) => passages(page).filter({ hasText: text });
  const field = () => page.getByRole('textbox', { name: /^Text of/ });
  const openText = async (text: string): Promise<void> => {
    await passage(text).getByRole('button', { name: 'Edit' }).click();
    await field().waitFor();
  };
  const shown = async (name: string): Promise<void> => await passages(page).getByText(name).first().waitFor();

  /** Saves what another window of the person would. */
  async function saveElsewhere(change: (original: Original, overlay: Overlay) => Overlay): Promise<void> {
    const { client } = stage.person();
    const { body } = await client.get(`/app/jobs/${id}/transcript`);
    const { original, overlay, revision } = body as unknown as EditableTranscript;
    const changed = change(fromColumns(original), overlay);
    const { status } = await client.put(`/app/jobs/${id}/edits`, { revision, overlay: changed });
    expect(status).toBe(200);
  }
  const renameElsewhere = async (name: string): Promise<void> =>
    await saveElsewhere((_, overlay) => renameSpeaker(overlay, { speaker: 1, name }));

  /** Writes where somebody else has changed something meanwhile. Answers with the button that says more. */
  async function meetConflict(): Promise<Locator> {
    await renameElsewhere('Ada');
    await openText('It leaves');
    await field().fill('It left.');
    await page.keyboard.press('Enter');
    const compare = page.getByRole('button', { name: 'See what to do' });
    await compare.waitFor();
    return compare;
  }

  // A browser without a screen has no windows that come to the front: the page is told what it would be told.
  const comeBack = async (): Promise<void> => await page.evaluate('dispatchEvent(new Event("focus"))');
  /** Comes back, and waits until the page has what is newer. */
  const comeBackToNewer = async (): Promise<void> => {
    const transcript = page.waitForResponse((answer) => answer.url().endsWith('/transcript'));
    await comeBack();
    await (await transcript).finished();
  };

  const RETURNS: [string, () => Promise<void>][] = [
    ['the window is chosen again', comeBack],
    [
      'its tab is shown again',
      async () =>
        await page.evaluate('document.dispatchEvent(new Event("visibilitychange", { bubbles: true }))'),
    ],
    [
      'there is a connection again',
      async () => {
        await page.context().setOffline(true);
        await page.context().setOffline(false);
        offences.length = 0;
      },
    ],
  ];
  test.each(RETURNS)(
    'shows that when %s, and leaves the focus and the playback where they are',
    async (_, comesBack) => {
      await passage('half past').getByText('half').click();
      await passage('half past').focus();
      await renameElsewhere('Ada');
      await comesBack();
      await shown('Ada');
      await expect
        .poll(() => page.evaluate('document.activeElement.textContent'))
        .toContain('half past nine');
      await expect.poll(() => page.locator('[data-spoken]').innerText()).toBe('half');
      await renameElsewhere('Eve');
      await comesBack();
      await shown('Eve');
    },
  );

  test('shows that around a text that is open, which is then edited as any other', async () => {
    await openText('Thank you');
    await renameElsewhere('Ada');
    await comeBack();
    await shown('Ada');
    await page.keyboard.press('End');
    await page.keyboard.type(' Good-bye.');
    await page.keyboard.press('Enter');
    await passage('Thank you very much. Good-bye.').waitFor();
    await untilSaved(page);
    expect((await stage.linesOf(id)).at(-1)).toBe('Ada: Thank you very much. Good-bye.');
  });

  test('shows that in a text that is open, too, where nothing was typed', async () => {
    await openText('Thank you');
    await saveElsewhere((original, overlay) => {
      const segment = applyEdits(original, overlay).at(-1)!;
      return replaceText(original, overlay, { segment, text: 'Thank you so much.' });
    });
    await comeBack();
    await expect.poll(() => field().inputValue()).toBe('Thank you so much.');
    await page.keyboard.press('Enter');
    await passage('Thank you so much.').waitFor();
    await untilSaved(page);
    expect((await stage.linesOf(id)).at(-1)).toBe('Speaker 1: Thank you so much.');
  });

  test('keeps what is being typed, and says at saving what came in between', async () => {
    await openText('Thank you');
    await field().fill('Thanks.');
    await renameElsewhere('Ada');
    await comeBackToNewer();
    expect(await field().inputValue()).toBe('Thanks.');
    await page.keyboard.press('Enter');
    await page.getByText('Not saved: somebody else has changed this transcript').waitFor();
    await passage('Thanks.').waitFor();
    // The save that was refused.
    offences.length = 0;
  });

  test('knows after a reload, too, what of that was changed here', async () => {
    const compare = await meetConflict();
    await saveElsewhere((original, overlay) => {
      const segment = applyEdits(original, overlay)[0]!;
      return replaceText(original, overlay, { segment, text: 'Good evening.' });
    });
    page.once('dialog', (dialog) => void dialog.accept());
    await page.reload();
    await compare.click();
    const changes = page.getByLabel('Your changes that are not saved');
    expect(await changes.inputValue()).toBe('Speaker 2: It left.');
    // The saves that were refused.
    offences.length = 0;
  });

  test('loses nothing of what is typed once that was taken over a text that is open', async () => {
    const compare = await meetConflict();
    await openText('Thank you');
    await compare.click();
    await page.getByRole('button', { name: 'Take the other version' }).click();
    await shown('Ada');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await field().fill('Thanks.');
    page.once('dialog', (dialog) => void dialog.accept());
    await page.reload();
    await passage('Thanks.').waitFor();
    await untilSaved(page);
    expect((await stage.linesOf(id)).at(-1)).toBe('Ada: Thanks.');
    // The save that was refused.
    offences.length = 0;
  });

  test('shows that as soon as what was being typed is discarded', async () => {
    await openText('Thank you');
    await field().fill('Thanks.');
    await renameElsewhere('Ada');
    await comeBackToNewer();
    await page.getByRole('button', { name: 'Discard' }).click();
    await shown('Ada');
    await passage('Thank you very much.').waitFor();
  });
});
