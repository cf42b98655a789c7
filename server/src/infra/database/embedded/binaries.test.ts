import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';

import { makeLibraryLinks } from './binaries.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'icana-links-'));
  await mkdir(path.join(folder, 'native', 'lib'), { recursive: true });
  await writeFile(path.join(folder, 'native', 'lib', 'libpq.so.5.18'), 'the library');
  await writeFile(
    path.join(folder, 'native', 'pg-symlinks.json'),
    JSON.stringify([{ source: 'native/lib/libpq.so.5.18', target: 'native/lib/libpq.so.5' }]),
  );
});
afterEach(() => rm(folder, { recursive: true }));

test('libraries are found by the short names that the package could not carry', async () => {
  await makeLibraryLinks(folder);
  expect(await readFile(path.join(folder, 'native', 'lib', 'libpq.so.5'), 'utf8')).toBe('the library');
});

test('starts that make the links at the same time do not mind each other', async () => {
  await Promise.all(Array.from({ length: 8 }, () => makeLibraryLinks(folder)));
  expect(await readFile(path.join(folder, 'native', 'lib', 'libpq.so.5'), 'utf8')).toBe('the library');
});
