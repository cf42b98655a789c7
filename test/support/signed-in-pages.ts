import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from 'playwright-core';
import { expect } from 'vitest';

import type { Browser } from './browser.ts';
import type { SignedInPerson } from './signed-in.ts';
import type { TestService } from './test-service.ts';

/** Opens a page of the dashboard in the browser of somebody who has signed in. */
export async function openAs(
  { browser, service }: { browser: Browser; service: Pick<TestService, 'url'> },
  person: SignedInPerson,
  path: string,
  { width = 1280 } = {},
) {
  // A page without a session, which asks for none.
  const { page, offences } = await browser.open(`${service.url}/health/live`, { width });
  await page.context().addCookies(
    person.cookie.split('; ').map((cookie) => {
      const [name = '', ...value] = cookie.split('=');
      return { name, value: value.join('='), url: service.url };
    }),
  );
  await page.goto(service.url + path);
  return { page, offences };
}

/** A desk by day and a phone by night: colours and widths, each once. */
export const SCREENS = [
  [1280, 'light'],
  [390, 'dark'],
] as const;

/** No wider than the screen: a phone would make everything smaller, and the page with it. */
export async function expectFits(page: Page): Promise<void> {
  expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(page.viewportSize()?.width);
}

/** What comes and goes has other colours on its way. */
const AT_ONCE = '*, ::before, ::after { transition: none !important; animation: none !important }';

/** Nothing that axe calls serious or worse, in the colours that are given. */
export async function expectAccessible(page: Page, colorScheme: 'light' | 'dark' = 'light'): Promise<void> {
  await page.addStyleTag({ content: AT_ONCE });
  await page.emulateMedia({ colorScheme });
  await untilDrawn(page);
  const { violations } = await new AxeBuilder({ page }).analyze();
  const grave = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
  expect(
    grave.map(({ id, nodes }) => [id, nodes.map(({ html, failureSummary }) => [html, failureSummary])]),
  ).toEqual([]);
}

/** What the page makes of a change is there with the second frame after it. */
async function untilDrawn(page: Page): Promise<void> {
  await page.evaluate('new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)))');
}
