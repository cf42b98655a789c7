import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { describe, expect, test } from 'vitest';

import { ObjectMissing, type ObjectEntry, type ObjectStorage } from './object-storage.ts';

const bytes = (text: string) => Readable.from([Buffer.from(text)]);

/** `megabytes` of data that compresses to nothing and repeats every 251 bytes, piece by piece. */
async function* pieces(megabytes: number): AsyncGenerator<Buffer> {
  const piece = Buffer.from(Array.from({ length: 1024 * 1024 }, (_, i) => i % 251));
  for (let i = 0; i < megabytes; i++) yield piece;
}

async function* breaking(cause: Error): AsyncGenerator<Buffer> {
  yield* pieces(3);
  throw cause;
}

/** What every storage must hold to, whatever it keeps its objects in. `storage` answers with an empty one. */
export function describeObjectStorage(name: string, storage: () => ObjectStorage): void {
  const text = async (key: string, range?: { start: number; end?: number }) =>
    String(await buffer(await storage().openRead(key, range)));
  const list = async (prefix?: string) => {
    const entries: ObjectEntry[] = [];
    for await (const entry of storage().list(prefix)) entries.push(entry);
    return entries;
  };
  const keys = async (prefix?: string) => (await list(prefix)).map(({ key }) => key).sort();

  describe(`${name} as object storage`, () => {
    test('what is put can be read back, with its size and digest told', async () => {
      const stored = await storage().put('recordings/a', bytes('hello'));
      expect(stored).toEqual({ sizeBytes: 5, sha256: createHash('sha256').update('hello').digest('hex') });
      expect(await text('recordings/a')).toBe('hello');
    });

    test('an object of many pieces arrives whole', async () => {
      const hash = createHash('sha256');
      for await (const piece of pieces(20)) hash.update(piece);
      const stored = await storage().put('large', Readable.from(pieces(20)));
      expect(stored).toEqual({ sizeBytes: 20 * 1024 * 1024, sha256: hash.digest('hex') });
      const read = await buffer(await storage().openRead('large'));
      expect(createHash('sha256').update(read).digest('hex')).toBe(stored.sha256);
    });

    test('an empty object is an object', async () => {
      const stored = await storage().put('empty', Readable.from([]));
      expect(stored.sizeBytes).toBe(0);
      expect(await storage().exists('empty')).toBe(true);
    });

    test('a part of an object is read by its first and last byte', async () => {
      await storage().put('a', bytes('0123456789'));
      expect(await text('a', { start: 2, end: 4 })).toBe('234');
      expect(await text('a', { start: 7 })).toBe('789');
    });

    test('an upload that breaks off leaves nothing, and fails with the cause of the break', async () => {
      const cause = new Error('the client went away');
      await expect(storage().put('a', Readable.from(breaking(cause)))).rejects.toBe(cause);
      expect(await storage().exists('a')).toBe(false);
      expect(await keys()).toEqual([]);
      expect(await storage().sweepUnfinished(0), 'not even in part').toBe(0);
    });

    test('an upload that fails before its first byte leaves nothing', async () => {
      const cause = new Error('the client went away');
      const source = Readable.from(pieces(1));
      const putting = storage().put('a', source);
      source.destroy(cause);
      await expect(putting).rejects.toBe(cause);
      expect(await storage().exists('a')).toBe(false);
      expect(await storage().sweepUnfinished(0)).toBe(0);
    });

    test('a replacement that breaks off leaves what was there', async () => {
      await storage().put('a', bytes('first'));
      await expect(storage().put('a', Readable.from(breaking(new Error('gone'))))).rejects.toThrow('gone');
      expect(await text('a')).toBe('first');
    });

    test('an object is replaced whole', async () => {
      await storage().put('a', bytes('the first and longer one'));
      await storage().put('a', bytes('second'));
      expect(await text('a')).toBe('second');
    });

    test('a lent object is a file with its bytes', async () => {
      await storage().put('recordings/a', bytes('hello'));
      const content = await storage().lend('recordings/a', (file) => readFile(file, 'utf8'));
      expect(content).toBe('hello');
    });

    test('an object that is not there is said to be missing', async () => {
      await expect(storage().openRead('nowhere')).rejects.toThrow(ObjectMissing);
      await expect(storage().lend('nowhere', readFile)).rejects.toThrow(ObjectMissing);
      expect(await storage().exists('nowhere')).toBe(false);
    });

    test('deleting removes an object, and one that is not there is no error', async () => {
      await storage().put('a', bytes('hello'));
      await storage().delete('a');
      expect(await storage().exists('a')).toBe(false);
      await storage().delete('a');
    });

    test('objects are listed by what their keys begin with', async () => {
      for (const key of ['recordings/a', 'recordings/b', 'recordings-old/c', 'd'])
        await storage().put(key, bytes(key));
      expect(await keys()).toEqual(['d', 'recordings-old/c', 'recordings/a', 'recordings/b']);
      expect(await keys('recordings/')).toEqual(['recordings/a', 'recordings/b']);
      expect(await keys('rec')).toEqual(['recordings-old/c', 'recordings/a', 'recordings/b']);
      expect(await keys('nothing/')).toEqual([]);
      const [first] = await list('d');
      expect(first?.sizeBytes).toBe(1);
      expect(Math.abs(Date.now() - (first?.storedAt.getTime() ?? 0))).toBeLessThan(60_000);
    });

    test.each([
      '',
      '/etc/passwd',
      '../secret',
      'a/../../b',
      'a//b',
      'a/',
      '.incoming/x',
      'A',
      'a\\b',
      'a\0b',
      'ü',
    ])('the key %j is refused', async (key) => {
      await expect(storage().put(key, bytes('x'))).rejects.toThrow('is no object key');
      await expect(storage().exists(key)).rejects.toThrow('is no object key');
      await expect((async () => storage().delete(key))()).rejects.toThrow('is no object key');
    });
  });
}
