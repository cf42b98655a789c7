import type { Page, Route } from 'playwright-core';
import { beforeEach, describe, expect, test } from 'vitest';

import { browserRunsHere } from '../support/browser.ts';
import { passages, recognised, said, setTranscriptStage, untilSaved } from '../support/transcript-stage.ts';

const TALK = recognised([
  said(1, 0.4, 'Good morning. When does the next train leave?'),
  said(2, 6, 'It leaves at half past nine.'),
  said(1, 12, 'Thank you very much.'),
]);

const stage = setTranscriptStage();

/** The service has the request, and the page never hears of it. */
async function loseAnswer(route: Route): Promise<void> {
  await route.fetch();
  await route.abort();
}

describe.skipIf(!browserRunsHere)('when a transcript is edited over a bad line or a slow one', () => {
  let id: string;
  let page: Page;
  let offences: string[];
  beforeEach(async () => {
    id = await stage.completed(TALK);
    ({ page, offences } = await stage.openJob(id));
    await passages(page).first().waitFor();
    return async () => {
      // Requests that were lost are among them, which is what these tests are about.
      expect(offences.filter((offence) => offence.startsWith('thrown'))).toEqual([]);
      await page.context().close();
    };
  });

  const field = () => page.getByRole('textbox', { name: /^Text of/ });
  async function write(text: string, instead: string): Promise<void> {
    await passages(page).filter({ hasText: text }).getByRole('button', { name: 'Edit' }).click();
    await field().fill(instead);
    await page.keyboard.press('Enter');
  }
  const kept = async (): Promise<string[]> => {
    await untilSaved(page);
    return await stage.linesOf(id);
  };
  /** What becomes of the next save. */
  const onNextSave = async (meet: (route: Route) => Promise<void>): Promise<void> => {
    await page.route('**/edits', meet, { times: 1 });
  };
  const cannotBeReached = () => page.getByText('Not saved: The service cannot be reached.');

  test('a save whose answer is lost is in conflict with nobody, and later edits are kept', async () => {
    await onNextSave(loseAnswer);
    await write('Thank you', 'Thanks.');
    await cannotBeReached().waitFor();
    await write('It leaves', 'It left.');
    expect((await kept()).slice(1)).toEqual(['Speaker 2: It left.', 'Speaker 1: Thanks.']);
  });

  test('what is undone after its answer was lost is not kept either', async () => {
    await onNextSave(loseAnswer);
    await write('Thank you', 'Thanks.');
    await cannotBeReached().waitFor();
    expect((await stage.linesOf(id)).at(-1)).toBe('Speaker 1: Thanks.');
    await page.getByRole('button', { name: /^Undo/ }).click();
    expect((await kept()).at(-1)).toBe('Speaker 1: Thank you very much.');
  });

  test('a page that is loaded again before the answer goes on without a conflict', async () => {
    const reached = Promise.withResolvers<void>();
    await onNextSave(async (route) => {
      await route.fetch();
      reached.resolve();
    });
    await write('Thank you', 'Thanks.');
    await reached.promise;
    await write('It leaves', 'It left.');
    page.once('dialog', (dialog) => void dialog.accept());
    await page.reload();
    await passages(page).filter({ hasText: 'It left.' }).waitFor();
    expect((await kept()).slice(1)).toEqual(['Speaker 2: It left.', 'Speaker 1: Thanks.']);
  });

  test('a save that hangs is given up after half a minute, and the page can be left', async () => {
    const reached = Promise.withResolvers<void>();
    await onNextSave(async () => reached.resolve());
    await page.clock.install();
    await write('Thank you', 'Thanks.');
    await page.clock.fastForward(1000);
    await reached.promise;
    await page.getByRole('link', { name: 'Recordings' }).click();
    await page.clock.fastForward(10_000);
    await page.getByText('If you leave now, they are lost.').waitFor();
    await page.getByRole('button', { name: 'Stay' }).click();
    await page.clock.fastForward(20_000);
    await cannotBeReached().waitFor();
    await page.getByRole('button', { name: 'Try again' }).click();
    expect((await kept()).at(-1)).toBe('Speaker 1: Thanks.');
  });

  test('nothing is edited while the voices are told apart anew, however long that takes', async () => {
    const released = Promise.withResolvers<void>();
    await page.route('**/speakers', async (route) => {
      await released.promise;
      await route.continue();
    });
    await write('Thank you', 'Thanks.');
    await untilSaved(page);
    await page.clock.install();
    await page.getByRole('button', { name: 'Change the number of speakers' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('combobox', { name: 'Number of speakers' }).selectOption('1');
    const [asked] = await Promise.all([
      page.waitForRequest('**/speakers'),
      dialog.getByRole('button', { name: 'Tell the voices apart anew' }).click(),
    ]);
    await page.mouse.click(5, 5);
    for (const key of ['Escape', 'Control+z', '?']) await page.keyboard.press(key);
    await page.clock.fastForward(60_000);
    await expect.poll(() => dialog.getByRole('button', { name: 'Cancel' }).isDisabled()).toBe(true);
    expect(asked.failure()).toBeNull();
    released.resolve();
    await dialog.waitFor({ state: 'detached' });
    expect((await kept()).slice(1)).toEqual([
      'Speaker 1: It leaves at half past nine.',
      'Speaker 1: Thanks.',
    ]);
  });
});
