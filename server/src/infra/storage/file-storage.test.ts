import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { afterEach, beforeEach, expect, test } from 'vitest';

import { startChild } from '../../../../test/support/child-process.ts';
import { createFileStorage } from './file-storage.ts';
import { describeObjectStorage } from './object-storage.conformance.ts';
import type { ObjectStorage } from './object-storage.ts';

let folder: string;
let storage: ObjectStorage;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'icana-objects-'));
  storage = createFileStorage({ folder });
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describeObjectStorage('a folder of files', () => storage);

test('recordings can be read by our own user only', async () => {
  await storage.put('recordings/a', Readable.from(['x']));
  expect((await stat(path.join(folder, 'recordings'))).mode & 0o777).toBe(0o700);
  expect((await stat(path.join(folder, 'recordings', 'a'))).mode & 0o777).toBe(0o600);
});

test('deleting an object takes what a killed upload of it has left', async () => {
  const uploader = startChild('upload-endlessly', folder);
  expect(await uploader.next()).toEqual({ uploading: true });
  await uploader.kill();
  await storage.delete('end');
  expect(await readdir(path.join(folder, '.incoming')), 'another key').toHaveLength(1);
  await storage.delete('endless');
  expect(await readdir(path.join(folder, '.incoming'))).toEqual([]);
});

test('an upload that goes on after its object was deleted fails, instead of bringing it back', async () => {
  const sending = new PassThrough();
  const stored = storage.put('late', sending);
  sending.write('x');
  await expect.poll(() => readdir(path.join(folder, '.incoming'))).toHaveLength(1);
  await storage.delete('late');
  sending.end('y');
  await expect(stored).rejects.toThrow('ENOENT');
  expect(await storage.exists('late')).toBe(false);
});

test('what a killed upload has left is never an object, and is swept once it is old', async () => {
  const uploader = startChild('upload-endlessly', folder);
  expect(await uploader.next()).toEqual({ uploading: true });
  await uploader.kill();
  expect(await readdir(path.join(folder, '.incoming'))).toHaveLength(1);
  for await (const { key } of storage.list()) expect.fail(`${key} is listed`);
  expect(await storage.sweepUnfinished(60_000), 'it might still be going on').toBe(0);
  expect(await storage.sweepUnfinished(0)).toBe(1);
  expect(await readdir(path.join(folder, '.incoming'))).toEqual([]);
});
