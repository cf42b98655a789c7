import { createHash, randomUUID, type Hash } from 'node:crypto';
import { createReadStream, type Dirent } from 'node:fs';
import { access, mkdir, open, opendir, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';

import { checkKey, ObjectMissing, type ObjectEntry, type ObjectStorage } from './object-storage.ts';

/** Uploads on their way lie here, beside the objects, so that an object appears by a rename. No key begins with a dot. */
const INCOMING = '.incoming';

/** What the names of an object's unfinished files begin with. Keys have no `~`. */
const incomingPrefix = (key: string): string => `${key.replaceAll('/', '~')}~~`;

interface Measured {
  sizeBytes: number;
  readonly hash: Hash;
}

/** Passes chunks on while measuring them. */
async function* measure(source: AsyncIterable<Buffer>, into: Measured): AsyncGenerator<Buffer> {
  for await (const chunk of source) {
    into.sizeBytes += chunk.length;
    into.hash.update(chunk);
    yield chunk;
  }
}

/** Writes a new file, in a folder made when missing, and waits until it would survive a power cut. */
async function writeDurably(file: string, content: AsyncIterable<Buffer>): Promise<void> {
  await mkdir(path.dirname(file), { recursive: true, mode: 0o700 });
  const handle = await open(file, 'wx', 0o600);
  try {
    await handle.writeFile(content);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Makes names in a folder survive a power cut. Not every system can (Windows cannot), and then nothing is lost by it. */
async function flushFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r').catch(() => undefined);
  await handle?.sync().catch(() => undefined);
  await handle?.close();
}

const isMissing = (error: unknown): boolean => (error as NodeJS.ErrnoException).code === 'ENOENT';

async function* filesUnder(folder: string): AsyncIterable<Dirent> {
  const entries = await opendir(folder).catch((error: unknown) => {
    if (!isMissing(error)) throw error;
  });
  for await (const entry of entries ?? []) {
    if (entry.name === INCOMING) continue;
    if (entry.isDirectory()) yield* filesUnder(path.join(folder, entry.name));
    else yield entry;
  }
}

/** Keeps objects as files in `folder`, which several processes of one machine may share. */
export function createFileStorage({ folder }: { folder: string }): ObjectStorage {
  const incoming = path.join(folder, INCOMING);

  function placeOf(key: string): string {
    checkKey(key);
    return path.join(folder, ...key.split('/'));
  }
  async function requireFile(key: string): Promise<string> {
    const file = placeOf(key);
    await access(file).catch((cause: unknown) => {
      throw isMissing(cause) ? new ObjectMissing(key, { cause }) : cause;
    });
    return file;
  }
  async function describe(file: string): Promise<ObjectEntry | undefined> {
    const facts = await stat(file).catch((error: unknown) => {
      // Deleted since it was listed.
      if (isMissing(error)) return undefined;
      throw error;
    });
    const key = path.relative(folder, file).split(path.sep).join('/');
    return facts && { key, sizeBytes: facts.size, storedAt: facts.mtime };
  }

  return {
    async put(key, source) {
      const target = placeOf(key);
      const unfinished = path.join(incoming, `${incomingPrefix(key)}${randomUUID()}`);
      const measured: Measured = { sizeBytes: 0, hash: createHash('sha256') };
      try {
        // Nothing is awaited before the pipeline holds the stream, which may fail at any moment.
        await pipeline(source, (chunks: AsyncIterable<Buffer>) =>
          writeDurably(unfinished, measure(chunks, measured)),
        );
        await mkdir(path.dirname(target), { recursive: true, mode: 0o700 });
        await rename(unfinished, target);
      } catch (error) {
        await rm(unfinished, { force: true });
        throw error;
      }
      await flushFolder(path.dirname(target));
      return { sizeBytes: measured.sizeBytes, sha256: measured.hash.digest('hex') };
    },

    openRead: async (key, range) => createReadStream(await requireFile(key), range),

    lend: async (key, use) => use(await requireFile(key)),

    exists: (key) =>
      requireFile(key).then(
        () => true,
        (error: unknown) => {
          if (error instanceof ObjectMissing) return false;
          throw error;
        },
      ),

    async delete(key) {
      // First what is on its way: its upload fails when it would become the object, instead of coming after this.
      for await (const { parentPath, name } of filesUnder(incoming)) {
        if (name.startsWith(incomingPrefix(key))) await rm(path.join(parentPath, name), { force: true });
      }
      await rm(placeOf(key), { force: true });
    },

    async *list(prefix = '') {
      // Whole folders that cannot match are not walked.
      const within = prefix.slice(0, prefix.lastIndexOf('/') + 1);
      if (within !== '') checkKey(within.slice(0, -1));
      for await (const { parentPath, name } of filesUnder(path.join(folder, within))) {
        const entry = await describe(path.join(parentPath, name));
        if (entry?.key.startsWith(prefix)) yield entry;
      }
    },

    async sweepUnfinished(olderThanMs) {
      let swept = 0;
      for await (const { parentPath, name } of filesUnder(incoming)) {
        const file = path.join(parentPath, name);
        const entry = await describe(file);
        if (!entry || Date.now() - entry.storedAt.getTime() < olderThanMs) continue;
        await rm(file, { force: true });
        swept++;
      }
      return swept;
    },
  };
}
