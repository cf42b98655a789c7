import { readFile } from 'node:fs/promises';
import type { Page } from 'playwright-core';
import { beforeEach, describe, expect, test } from 'vitest';

import { browserRunsHere } from '../support/browser.ts';
import { passages, recognised, said, setTranscriptStage, untilSaved } from '../support/transcript-stage.ts';

const HOSTILE = '<img src=x onerror=alert(1)>';
const TALK = recognised(
  [
    said(1, 0.4, 'Good morning. When does the next train leave?'),
    said(2, 6, 'It leaves at half past nine.'),
    said(2, 9, 'From the second platform.'),
    said(1, 12, `Thank you ${HOSTILE} very much.`),
    said(2, 16, 'You are welcome.'),
  ],
  [{ ...said(1, 15, 'Thanks. Thanks. Thanks.', 0.2), reason: 'repetition' }],
);
const LINES = [
  'Speaker 1: Good morning. When does the next train leave?',
  'Speaker 2: It leaves at half past nine.',
  'Speaker 2: From the second platform.',
  `Speaker 1: Thank you ${HOSTILE} very much.`,
  'Speaker 2: You are welcome.',
];

const stage = setTranscriptStage();

describe.skipIf(!browserRunsHere)('on the page of a transcript', () => {
  let id: string;
  let page: Page;
  let offences: string[];
  beforeEach(async () => {
    id = await stage.completed(TALK, `${HOSTILE}.mp3`);
    ({ page, offences } = await stage.openJob(id));
    await passages(page).first().waitFor();
    return async () => {
      expect(offences).toEqual([]);
      await page.context().close();
    };
  });

  const button = (name: string | RegExp) => page.getByRole('button', { name, exact: true });
  const menuItem = (name: string) => page.getByRole('menuitem', { name, exact: true });
  const passage = (text: string) => passages(page).filter({ hasText: text });
  const openMenu = async (text: string): Promise<void> =>
    await passage(text)
      .getByRole('button', { name: /^(Said by )?Speaker/ })
      .click();
  const edited = async (): Promise<string[]> => {
    await untilSaved(page);
    return await stage.linesOf(id);
  };
  async function rename(name: string): Promise<void> {
    await page.getByRole('dialog').getByLabel('Name').fill(name);
    await page.getByRole('dialog').getByRole('button', { name: 'Rename' }).click();
  }

  test('a speaker has a new name everywhere, and the old one when it is undone', async () => {
    await button('Rename Speaker 2').click();
    await rename('Ms <i>Clerk</i>');
    await passages(page).getByText('Ms <i>Clerk</i>').first().waitFor();
    await expect.poll(() => passages(page).getByText('Ms <i>Clerk</i>').count()).toBe(2);
    expect((await edited())[1]).toBe('Ms <i>Clerk</i>: It leaves at half past nine.');
    await page.keyboard.press('Control+z');
    expect(await edited()).toEqual(LINES);
  });

  test('two speakers are made one', async () => {
    await button('Options of Speaker 2').click();
    await menuItem('Merge into Speaker 1').click();
    await page.getByText('Speaker 2').first().waitFor({ state: 'detached' });
    expect((await edited()).filter((line) => line.startsWith('Speaker 1: '))).toHaveLength(5);
  });

  test('a passage is given to another speaker, and all later ones of a speaker to a new one', async () => {
    await openMenu('From the second platform.');
    await menuItem('Speaker 1').click();
    await openMenu('You are welcome.');
    await menuItem('From here on: A new speaker').click();
    expect((await edited()).map((line) => line.slice(0, 9))).toEqual([
      'Speaker 1',
      'Speaker 2',
      'Speaker 1',
      'Speaker 1',
      'Speaker 3',
    ]);
    await button(/^Undo: other speaker/).click();
    await button(/^Undo: other speaker/).click();
    expect(await edited()).toEqual(LINES);
    await button(/^Redo: other speaker/).click();
    expect((await edited())[2]).toBe('Speaker 1: From the second platform.');
  });

  test('some words of a passage are given to another speaker', async () => {
    await passage('Good morning.').getByText('train').dblclick();
    await page.keyboard.press('Shift+End');
    await openMenu('Good morning.');
    await page.getByText('“train leave?” was said by').waitFor();
    await menuItem('Speaker 2').click();
    expect((await edited()).slice(0, 3)).toEqual([
      'Speaker 1: Good morning. When does the next',
      'Speaker 2: train leave?',
      'Speaker 2: It leaves at half past nine.',
    ]);
  });

  test('text is edited by the keys alone, and what is typed is text', async () => {
    await passage('It leaves').focus();
    await page.keyboard.press('ArrowDown');
    // At once: who types fast presses the next key before anything is drawn.
    const reached = await page.evaluate(`(() => {
      const down = new KeyboardEvent('keydown', { key: 'ArrowDown', bubbles: true });
      document.activeElement.dispatchEvent(down);
      return document.activeElement.textContent;
    })()`);
    expect(reached).toContain('Thank you');
    await page.keyboard.press('Enter');
    const field = page.getByRole('textbox', { name: /^Text of Speaker 1/ });
    await field.fill('Thanks a lot. j / l <b>really</b>');
    await page.keyboard.press('Escape');
    await passage('Thanks a lot. j / l <b>really</b>').waitFor();
    expect((await edited())[3]).toBe('Speaker 1: Thanks a lot. j / l <b>really</b>');
    await expect.poll(() => page.evaluate('document.activeElement.textContent')).toContain('<b>really</b>');
    await page.keyboard.press('Control+z');
    expect(await edited()).toEqual(LINES);
    await page.keyboard.press('Control+Shift+z');
    expect((await edited())[3]).toContain('<b>really</b>');
  });

  test('an edit that is discarded was none, and one that is left for something else is kept', async () => {
    await passage('You are welcome.').getByRole('button', { name: 'Edit' }).click();
    const field = page.getByRole('textbox', { name: /^Text of/ });
    await field.fill('Not that.');
    await button('Discard').click();
    await passage('You are welcome.').waitFor();
    await passage('You are welcome.').getByRole('button', { name: 'Edit' }).click();
    await field.fill('Any time.');
    await button('Back 3 s').click();
    expect((await edited())[4]).toBe('Speaker 2: Any time.');
  });

  test('what was left out says why, and is put back', async () => {
    await page.getByText('The same words over and over.').waitFor();
    await button('Put back').click();
    await passage('Thanks. Thanks. Thanks.').getByText('put back').waitFor();
    expect(await edited()).toContain('Speaker 1: Thanks. Thanks. Thanks.');
    await page.getByText('Nothing: all that was recognised is in the text.').waitFor();
  });

  test('the original is shown as it was, and cannot be changed', async () => {
    await button('Rename Speaker 2').click();
    await rename('Clerk');
    await button('View').click();
    await page.getByRole('menuitemcheckbox', { name: /original/ }).click();
    await page.keyboard.press('Escape');
    await passages(page).getByText('Speaker 2').first().waitFor();
    await expect.poll(() => page.getByRole('button', { name: 'Edit' }).count()).toBe(0);
    expect((await edited())[1]).toMatch(/^Clerk/);
  });

  test('the voices are told apart anew, and what that costs is said before', async () => {
    await button('Rename Speaker 2').click();
    await rename('Clerk');
    await passage('You are welcome.').getByRole('button', { name: 'Edit' }).click();
    await page.getByRole('textbox', { name: /^Text of/ }).fill('Any time.');
    await page.keyboard.press('Enter');
    await button('Change the number of speakers').click();
    await page.getByText('You will lose the names of the speakers').waitFor();
    await page.getByRole('combobox', { name: 'Number of speakers' }).selectOption('1');
    await button('Tell the voices apart anew').click();
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    const lines = await edited();
    expect(new Set(lines.map((line) => line.split(': ')[0]))).toEqual(new Set(['Speaker 1']));
    expect(lines.join(' ')).toContain('Any time.');
    await passages(page).getByText('Any time.').waitFor();
    await expect.poll(() => button('Undo').isDisabled()).toBe(true);
  });

  test('of two windows the later one sees that it is later, and can copy what it would lose', async () => {
    const { page: other } = await stage.openJob(id);
    await passages(other).first().waitFor();
    await button('Rename Speaker 1').click();
    await rename('Ada');
    await untilSaved(page);
    await passages(other)
      .filter({ hasText: 'You are welcome.' })
      .getByRole('button', { name: 'Edit' })
      .click();
    await other.getByRole('textbox', { name: /^Text of/ }).fill('No trouble at all.');
    await other.keyboard.press('Enter');
    await other.getByText('Not saved: somebody else has changed this transcript').waitFor();
    await other.getByRole('button', { name: 'See what to do' }).click();
    expect(await other.getByLabel('Your changes that are not saved').inputValue()).toBe(
      'Speaker 2: No trouble at all.',
    );
    await other.getByRole('button', { name: 'Take the other version' }).click();
    await passages(other).getByText('Ada').first().waitFor();
    await passages(other).getByText('You are welcome.').waitFor();
    await untilSaved(other);
    expect((await stage.linesOf(id))[0]).toMatch(/^Ada: /);
    await other.context().close();
  });

  test('edits that cannot be kept say so, hold the page, and are kept when it can be reached again', async () => {
    await page.context().setOffline(true);
    await button('Rename Speaker 1').click();
    await rename('Ada');
    await page.getByText('Not saved: The service cannot be reached.').waitFor();
    await page.getByRole('link', { name: 'Recordings' }).click();
    await page.getByText('If you leave now, they are lost.').waitFor();
    await button('Stay').click();
    await page.context().setOffline(false);
    await button('Try again').click();
    expect((await edited())[0]).toMatch(/^Ada: /);
    offences.length = 0;
  });

  test('edits outlive the end of the session', async () => {
    const cookies = await page.context().cookies();
    await page.context().clearCookies();
    await button('Rename Speaker 1').click();
    await rename('Ada');
    await page.getByText('Not saved: You are not signed in').waitFor();
    await page.getByRole('link', { name: 'Log in, in another tab' }).waitFor();
    page.once('dialog', (dialog) => void dialog.accept());
    await page.reload();
    await page.getByRole('heading', { name: 'Log in' }).waitFor();
    await page.context().addCookies(cookies);
    await page.goto(`${stage.service().url}/jobs/${id}`);
    await passages(page).getByText('Ada').first().waitFor();
    expect((await edited())[0]).toMatch(/^Ada: /);
    offences.length = 0;
  });

  test.each(['TXT', 'DOCX', 'SRT', 'VTT', 'JSON'])(
    'what was just edited is in the exported %s',
    async (format) => {
      await button('Rename Speaker 1').click();
      await rename('Ada');
      await button('Export').click();
      const [download] = await Promise.all([
        page.waitForEvent('download'),
        page.getByRole('menuitem', { name: `(${format})` }).click(),
      ]);
      expect(download.suggestedFilename()).toMatch(new RegExp(`\\.${format.toLowerCase()}$`));
      const content = await readFile(await download.path());
      // A document is packed; the others can be read as they are.
      if (format === 'DOCX') expect(content.subarray(0, 2).toString()).toBe('PK');
      else expect(content.toString()).toContain('Ada');
    },
  );

  test('it is deleted by who says so twice', async () => {
    await button('More').click();
    await menuItem('Delete…').click();
    await page.getByRole('dialog').getByRole('button', { name: 'Keep it' }).click();
    await button('More').click();
    await menuItem('Delete…').click();
    await page.getByRole('dialog').getByRole('button', { name: 'Delete', exact: true }).click();
    await page.getByRole('heading', { name: 'Recordings', exact: true }).waitFor();
    expect((await stage.person().client.get(`/app/jobs/${id}`)).status).toBe(404);
    await page.goto(`${stage.service().url}/jobs/${id}`);
    await page.getByText('There is no such page').waitFor();
    offences.length = 0;
  });
});
