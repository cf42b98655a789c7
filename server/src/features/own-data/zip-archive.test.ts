import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { buffer, text } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { fromBufferPromise } from 'yauzl';

import { zipArchive, type ArchivedFile } from './zip-archive.ts';

const FILES = 500;
/** More than a pipe of streams keeps. */
const TEXT = 'What was said, as far as anybody remembers. '.repeat(5000);

/** Counts the files that were asked for, and notes when no more are. */
function manyFiles() {
  const asked = { files: 0, over: false };
  async function* files(): AsyncGenerator<ArchivedFile> {
    try {
      for (let each = 0; each < FILES; each += 1) {
        asked.files += 1;
        // Such that nothing of it can be left out by packing it.
        const words = Array.from(TEXT, () => Math.random().toString(36).slice(2, 4)).join('');
        yield {
          name: `${each}.txt`,
          at: new Date(),
          text: async function* () {
            yield words;
          },
        };
      }
    } finally {
      asked.over = true;
    }
  }
  return { asked, files };
}

test('an archive asks for its files as it is read, and no sooner', async () => {
  const { asked, files } = manyFiles();
  const archive = zipArchive(files());
  await once(archive, 'readable');
  await delay(300);
  expect(asked.files).toBeLessThan(5);
  archive.destroy();
  // Whoever has gone is not written for.
  await expect.poll(() => asked.over).toBe(true);
  expect(asked.files).toBeLessThan(5);
});

test('an archive of many files is whole', async () => {
  async function* files(): AsyncGenerator<ArchivedFile> {
    for (let each = 0; each < FILES; each += 1)
      yield {
        name: `${each}.txt`,
        at: new Date(),
        text: async function* () {
          yield* ['text ', `${each}`];
        },
      };
  }
  const zip = await fromBufferPromise(await buffer(zipArchive(files())));
  const read: string[] = [];
  for await (const entry of zip.eachEntry()) read.push(await text(await zip.openReadStreamPromise(entry)));
  expect(read).toEqual(Array.from({ length: FILES }, (_, each) => `text ${each}`));
});

async function* broken(): AsyncGenerator<string> {
  yield 'so far';
  throw new Error('the database is away');
}

test('an error in a file, or in the list of them, breaks the archive off', async () => {
  const at = new Date();
  async function* files(): AsyncGenerator<ArchivedFile> {
    yield { name: 'a.txt', at, text: broken };
  }
  async function* brokenList(): AsyncGenerator<ArchivedFile> {
    yield {
      name: 'a.txt',
      at,
      text: async function* () {
        yield 'all of it';
      },
    };
    throw new Error('the list is away');
  }
  await expect(buffer(zipArchive(files()))).rejects.toThrow('the database is away');
  await expect(buffer(zipArchive(brokenList()))).rejects.toThrow('the list is away');
});
