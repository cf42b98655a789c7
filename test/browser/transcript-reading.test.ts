import { UnusableAudioError } from '@icana/engine';
import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';

import { browserRunsHere } from '../support/browser.ts';
import { TWO_SPEAKERS } from '../support/scripted-service.ts';
import { MOST_SCRIPT_BYTES, scriptBytes } from '../support/script-bytes.ts';
import { expectAccessible, SCREENS } from '../support/signed-in-pages.ts';
import { passages, recognised, said, setTranscriptStage } from '../support/transcript-stage.ts';

const TALK = recognised(
  [
    said(1, 0.4, 'Good morning. When does the next train leave?'),
    said(2, 6, 'It leaves at half past nine.'),
    said(2, 9, 'From the second platform, where the café is.', 0.3),
    said(1, 14, 'Thank you. And the train after that?'),
  ],
  [{ ...said(1, 13, 'Thanks.', 0.2), reason: 'low-confidence' }],
);
/** Words as many as in three hours of talk. */
const LONG = recognised(
  Array.from({ length: 2500 }, (_, index) =>
    said((index % 3) + 1, index * 5, `Passage ${index} of a talk that has no end in sight, it seems.`),
  ),
);
const PHONE = 390;
/** As many rows as fill the window of the tests three times over. */
const MOST_ROWS = 60;

const stage = setTranscriptStage();

const seconds = (page: Page) => page.evaluate<number>('document.querySelector("audio").currentTime');
const isPaused = (page: Page) => page.evaluate<boolean>('document.querySelector("audio").paused');
/** Waits until something is so in the page. On a busy machine the browser takes its time to begin to play. */
const until = async (page: Page, condition: string): Promise<void> =>
  await expect.poll(async () => await page.evaluate(condition), { timeout: 60_000 }).toBe(true);
const rowCount = (page: Page) => passages(page).count();
const searchField = (page: Page) => page.getByRole('textbox', { name: 'Search in the text' });

describe.skipIf(!browserRunsHere)('a transcript', () => {
  test.each(SCREENS)(
    'on a screen %i wide, %s, is whole, fits, and can be used by everybody',
    async (width, scheme) => {
      const id = await stage.completed(TALK);
      const { page, offences } = await stage.openJob(id, { width });
      await passages(page).getByText('half past nine').waitFor();
      expect(await page.evaluate('[innerWidth, document.documentElement.scrollWidth]')).toEqual([
        width,
        width,
      ]);
      await expectAccessible(page, scheme);
      if (width === PHONE)
        await page.getByRole('button', { name: 'Speakers, and what was left out' }).click();
      await page.getByRole('button', { name: 'Options of Speaker 1' }).click();
      await page.getByRole('menuitem', { name: 'Hear this voice' }).waitFor();
      await expectAccessible(page, scheme);
      await page.keyboard.press('Escape');
      expect(offences).toEqual([]);
    },
  );

  test.each([340, 390])('has the whole of its player on a phone %i wide', async (width) => {
    const { page } = await stage.openJob(await stage.completed(LONG), { width });
    await passages(page).first().waitFor();
    // What nobody is to see has the width of a point.
    const cut = await page.evaluate(`[...document.querySelectorAll('section[aria-label="Player"] *')]
      .filter(({ scrollWidth, clientWidth }) => clientWidth > 1 && scrollWidth > clientWidth)
      .map(({ textContent }) => textContent)`);
    expect(cut).toEqual([]);
  });

  test('its menus, dialogs and fields can be used by everybody, too', async () => {
    const { page } = await stage.openJob(await stage.completed(TALK));
    const passage = passages(page).filter({ hasText: 'second platform' });
    await passage.hover();
    await passage.getByRole('button', { name: 'Said by Speaker 2: change' }).click();
    await page.getByRole('menuitem', { name: 'Edit the text' }).waitFor();
    await expectAccessible(page, 'light');
    await page.getByRole('menuitem', { name: 'Edit the text' }).click();
    await page.getByRole('textbox', { name: /^Text of/ }).waitFor();
    await searchField(page).fill('train');
    await expectAccessible(page, 'light');
    await page.getByRole('button', { name: 'Change the number of speakers' }).click();
    await page.getByRole('dialog').waitFor();
    await expectAccessible(page, 'light');
  });

  test('is played by a click on a word and by keys, and marks the word that is said', async () => {
    const { page, offences } = await stage.openJob(await stage.completed(TALK));
    await passages(page).getByText('platform,').click();
    await expect.poll(() => seconds(page)).toBeCloseTo(10.2, 1);
    await expect.poll(() => page.locator('[data-spoken]').innerText()).toBe('platform,');
    await page.keyboard.press('ArrowLeft');
    await page.keyboard.press('j');
    await expect.poll(() => seconds(page)).toBeCloseTo(4.2, 1);
    await page.keyboard.press('l');
    await expect.poll(() => page.locator('[data-spoken]').innerText()).toBe('at');
    await page.keyboard.press('>');
    await expect.poll(() => page.getByLabel('Speed').inputValue()).toBe('1.25');
    await page.keyboard.press(' ');
    await until(page, 'document.querySelector("[data-spoken]").textContent !== "at"');
    await page.keyboard.press(' ');
    await expect.poll(() => isPaused(page)).toBe(true);
    await page.keyboard.press('?');
    await page.getByRole('dialog').getByText('Back 3 seconds').waitFor();
    expect(offences).toEqual([]);
  });

  test('opens at the moment of a link, and gives one away', async () => {
    const id = await stage.completed(TALK);
    const { page } = await stage.openJob(id, { query: '?t=9.5' });
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await page.locator('[data-spoken]').getByText('the', { exact: true }).waitFor();
    await expect.poll(() => isPaused(page)).toBe(true);
    await page.keyboard.press('ArrowRight');
    await page.getByRole('button', { name: 'More', exact: true }).click();
    await page.getByRole('menuitem', { name: 'Copy a link to 0:12' }).click();
    await page.getByText('The link was copied').waitFor();
    const link = await page.evaluate<string>('navigator.clipboard.readText()');
    expect(link).toBe(`${stage.service().url}/jobs/${id}?t=12.5`);
    await page.goto(link);
    await until(page, 'document.querySelector("audio")?.currentTime === 12.5');
  });

  test('is searched without regard to case and accents, from match to match', async () => {
    const { page } = await stage.openJob(await stage.completed(TALK));
    await passages(page).first().waitFor();
    await page.keyboard.press('/');
    await page.keyboard.type('TRAIN');
    const search = page.getByRole('search');
    await search.getByText('1 of 2').waitFor();
    await expect.poll(() => page.locator('mark').allInnerTexts()).toEqual(['train', 'train']);
    await page.keyboard.press('Enter');
    await search.getByText('2 of 2').waitFor();
    expect(
      await passages(page)
        .filter({ has: page.locator('mark[data-current]') })
        .innerText(),
    ).toContain('And the train after that?');
    await page.getByRole('button', { name: 'Next match' }).click();
    await search.getByText('1 of 2').waitFor();
    await searchField(page).fill('cafe');
    await page.locator('mark').getByText('café').waitFor();
    await searchField(page).fill('no such thing');
    await search.getByText('Not found').waitFor();
    await page.keyboard.press('Escape');
    await expect.poll(() => searchField(page).inputValue()).toBe('');
  });

  test('underlines the words that were hard to recognise, until it is told not to', async () => {
    const { page } = await stage.openJob(await stage.completed(TALK));
    await page.locator('[data-unsure]').first().waitFor();
    await expect
      .poll(() => page.locator('[data-unsure]').first().getAttribute('title'))
      .toContain('30 in 100');
    await page.getByRole('button', { name: 'View' }).click();
    await page.getByRole('menuitemcheckbox', { name: 'Underline unsure words' }).click();
    await page.locator('[data-unsure]').first().waitFor({ state: 'detached' });
  });

  test('loads at most 300 kB of script on a first visit, as gzip', async () => {
    const id = await stage.completed(TALK);
    const { page } = await stage.open('/health/live');
    const bytes = await scriptBytes(page, async () => {
      await page.goto(`${stage.service().url}/jobs/${id}`);
      await passages(page).first().waitFor();
    });
    expect(bytes).toBeGreaterThan(50_000);
    expect(bytes).toBeLessThanOrEqual(MOST_SCRIPT_BYTES);
  });

  test('without speech says so', async () => {
    const { page, offences } = await stage.openJob(await stage.completed(recognised([])));
    await page.getByText('Nobody was heard to speak in this recording.').waitFor();
    await expectAccessible(page, 'light');
    expect(offences).toEqual([]);
  });
});

describe.skipIf(!browserRunsHere)('a transcript of 30,000 words', () => {
  test('has few rows at a time, wherever one scrolls to', async () => {
    const { page, offences } = await stage.openJob(await stage.completed(LONG));
    await passages(page).first().waitFor();
    const counts: number[] = [];
    for (let step = 0; step <= 20; step += 1) {
      await page.evaluate(`scrollTo(0, document.documentElement.scrollHeight * ${step} / 20)`);
      await page.waitForTimeout(50);
      counts.push(await rowCount(page));
    }
    expect(Math.min(...counts)).toBeGreaterThan(5);
    expect(Math.max(...counts)).toBeLessThan(MOST_ROWS);
    await passages(page).getByText('Passage 2499 of a talk').waitFor();
    expect(offences).toEqual([]);
  });

  test('is searched from end to end, and shows what was found', async () => {
    const { page } = await stage.openJob(await stage.completed(LONG));
    await passages(page).first().waitFor();
    await searchField(page).fill('talk that has no end');
    await page.getByRole('search').getByText('1 of 2500').waitFor();
    await searchField(page).fill('passage 1789 of');
    await page.getByRole('search').getByText('1 of 1').waitFor();
    await until(
      page,
      `(() => {
      const { top, bottom } = document.querySelector('mark[data-current]')?.getBoundingClientRect() ?? {};
      return top > 200 && bottom < innerHeight;
    })()`,
    );
    expect(await rowCount(page)).toBeLessThan(MOST_ROWS);
  });

  test('is drawn anew only where a word begins, while it plays', async () => {
    const { page } = await stage.openJob(await stage.completed(LONG));
    await passages(page).first().waitFor();
    await page.evaluate(`{
      window.changed = new Set();
      new MutationObserver((changes) => {
        for (const { target } of changes) window.changed.add(target.closest('article')?.ariaPosInSet ?? 'elsewhere');
      }).observe(document.querySelector('[role=feed]'), { subtree: true, attributes: true, childList: true });
    }`);
    await page.keyboard.press(' ');
    await until(page, 'document.querySelector("audio").currentTime > 3');
    expect(await page.evaluate('[...window.changed]')).toEqual(['1']);
  });

  test('follows what is played until somebody scrolls, and again when it is asked to', async () => {
    const { page } = await stage.openJob(await stage.completed(LONG), { query: '?t=6' });
    const spoken = page.locator('[data-spoken]');
    const follow = page.getByRole('button', { name: 'Follow the recording' });
    await spoken.waitFor();
    await page.mouse.move(500, 600);
    await page.mouse.wheel(0, 20_000);
    await spoken.waitFor({ state: 'detached' });
    await expect.poll(() => follow.count()).toBe(0);
    // Slowly, so that it does not end before the test has.
    await page.keyboard.type('<<');
    await page.keyboard.press(' ');
    await follow.waitFor();
    await page.keyboard.press(' ');
    await follow.waitFor({ state: 'detached' });
    await page.keyboard.press(' ');
    await follow.click();
    await spoken.waitFor();
    await expect.poll(() => isPaused(page)).toBe(false);
    await expect.poll(() => follow.count()).toBe(0);
  });
});

describe.skipIf(!browserRunsHere)('a recording that has no transcript yet', () => {
  test('says how far it is, and shows the transcript by itself when it is there', async () => {
    const gate = Promise.withResolvers<void>();
    const id = await stage.submit(async (_request, { onProgress } = {}) => {
      onProgress?.(0.42);
      await gate.promise;
      return TWO_SPEAKERS;
    });
    const { page, offences } = await stage.openJob(id);
    await page.getByText('42 %').waitFor();
    await expectAccessible(page, 'light');
    gate.resolve();
    await passages(page).getByText('Good morning.').waitFor();
    expect(offences).toEqual([]);
  });

  test('says why there will be none, and that it was free', async () => {
    const id = await stage.submit(async () => {
      throw new UnusableAudioError('The file ends in the middle.');
    });
    const { page } = await stage.openJob(id);
    await page.getByText('This recording could not be transcribed').waitFor();
    await page.getByText('The file ends in the middle.').waitFor();
    await page.getByText('Nothing was charged for it.').waitFor();
    await page.getByRole('link', { name: 'Upload another recording' }).waitFor();
    await expectAccessible(page, 'light');
  });

  test('is gone from the page when it is deleted elsewhere', async () => {
    const id = await stage.submit(
      async (_request, { signal } = {}) =>
        await new Promise((_, reject) =>
          signal?.addEventListener('abort', () => reject(signal.reason as Error)),
        ),
    );
    const { page } = await stage.openJob(id);
    await page.getByText(/Your recording/).waitFor();
    await stage.person().client.delete(`/app/jobs/${id}`);
    await page.getByText('There is no such page').waitFor();
  });
});
