import { readFile } from 'node:fs/promises';
import { ERRORS } from '@icana/contract';
import { expect, test } from 'vitest';

import { ERRORS_PAGE, errorsPage } from './errors-page.ts';

test('the page of errors is the one that the catalogue writes (run `node server/src/config/write-docs.ts`)', async () => {
  expect(await readFile(ERRORS_PAGE, 'utf8')).toBe(errorsPage());
});

test('the page of errors names every code once, and no other', async () => {
  const named = [...(await readFile(ERRORS_PAGE, 'utf8')).matchAll(/^### `(.+)`$/gm)].map(([, code]) => code);
  expect(named).toHaveLength(Object.keys(ERRORS).length);
  expect(new Set(named)).toEqual(new Set(Object.keys(ERRORS)));
});
