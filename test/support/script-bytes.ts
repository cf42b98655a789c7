import { stat } from 'node:fs/promises';
import path from 'node:path';
import { builtPages } from '@icana/web';
import type { Page } from 'playwright-core';

/** What a first visit may load, whichever page it is to. */
export const MOST_SCRIPT_BYTES = 300_000;

/** How much script a page loads on its way to somewhere, as gzip. */
export async function scriptBytes(page: Page, visit: () => Promise<void>): Promise<number> {
  const scripts = new Set<string>();
  page.on('request', (request) => {
    if (request.resourceType() === 'script') scripts.add(new URL(request.url()).pathname);
  });
  await visit();
  const folder = await builtPages();
  const sizes = await Promise.all([...scripts].map((name) => stat(path.join(folder, `${name}.gz`))));
  return sizes.reduce((sum, { size }) => sum + size, 0);
}
