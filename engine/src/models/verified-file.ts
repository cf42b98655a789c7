import { createHash, type Hash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';

import type { ModelFile } from './model.ts';
import { ModelError } from './model-error.ts';

/** Ending of files that are still being written; whatever bears it without a writer is rubbish. */
export const TEMPORARY_SUFFIX = '.tmp';
/** Ending of files of which the beginning is there: the next download goes on from it. */
const PARTIAL_SUFFIX = '.part';

type Source = AsyncIterable<Uint8Array>;

/**
 * Writes `source` to `folder` under the file's name. The bytes are hashed on their way to a temporary name and are
 * on the disk before they get their own, so a file under its own name was complete and right when it was put there,
 * whatever crashed. Throws a `ModelError` (`altered`) when size or SHA-256 differ, and leaves nothing behind then.
 */
export async function writeVerified(source: Source, file: ModelFile, folder: string): Promise<void> {
  const temporary = join(folder, `${file.name}.${process.pid}${TEMPORARY_SUFFIX}`);
  try {
    await writeDurably(checked(source, file, nothing()), temporary, 'w');
    await giveName(temporary, file, folder);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

/** The bytes of a file from some byte on. */
export interface RestOfFile {
  /** 0 where the source gives nothing but the whole. */
  readonly from: number;
  readonly source: Source;
}

/**
 * Like `writeVerified`, but keeps what has arrived when the source breaks off, and goes on from there the next time, in
 * whatever process: `openRest` is asked for the bytes that are missing. What turns out to be another file is thrown away.
 */
export async function resumeVerified(
  openRest: (from: number) => Promise<RestOfFile>,
  file: ModelFile,
  folder: string,
): Promise<void> {
  const partial = join(folder, `${file.name}${PARTIAL_SUFFIX}`);
  try {
    const there = await beginningOf(partial, file);
    const { from, source } = await openRest(there.bytes);
    const goesOn = from > 0;
    const beginning = goesOn ? there : nothing();
    await writeDurably(checked(source, file, beginning), partial, goesOn ? 'a' : 'w');
    await giveName(partial, file, folder);
  } catch (error) {
    if (error instanceof ModelError) await rm(partial, { force: true });
    throw error;
  }
}

/** SHA-256 of a file on disk, in lower-case hexadecimal. */
export async function sha256OfFile(path: string): Promise<string> {
  const hash = createHash('sha256');
  await readInto(hash, path);
  return hash.digest('hex');
}

async function readInto(hash: Hash, path: string) {
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) hash.update(chunk as Buffer);
}

/** How much of a file there is already, and the hash of that. */
interface Beginning {
  readonly bytes: number;
  readonly hash: Hash;
}

const nothing = (): Beginning => ({ bytes: 0, hash: createHash('sha256') });

async function beginningOf(partial: string, file: ModelFile): Promise<Beginning> {
  const bytes = (await stat(partial).catch(() => undefined))?.size ?? 0;
  if (bytes === 0 || bytes >= file.bytes) return nothing();
  const hash = createHash('sha256');
  await readInto(hash, partial);
  return { bytes, hash };
}

/** Passes the chunks on and throws as soon as they cannot be the file any more: nobody fills our disk. */
async function* checked(source: Source, file: ModelFile, { bytes: present, hash }: Beginning) {
  let bytes = present;
  for await (const chunk of source) {
    bytes += chunk.length;
    if (bytes > file.bytes) throw altered(file, `more than ${file.bytes} bytes`);
    hash.update(chunk);
    yield chunk;
  }
  if (bytes !== file.bytes) throw altered(file, `${bytes} bytes instead of ${file.bytes}`);
  if (hash.digest('hex') !== file.sha256) throw altered(file, 'another SHA-256');
}

async function writeDurably(chunks: Source, path: string, flags: 'w' | 'a') {
  const handle = await open(path, flags);
  try {
    for await (const chunk of chunks) await handle.writeFile(chunk);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function giveName(path: string, file: ModelFile, folder: string) {
  await rename(path, join(folder, file.name));
  await syncFolder(folder);
}

/** Makes the new name survive a power cut too. Windows does not let a folder be opened, and needs no such step. */
async function syncFolder(folder: string) {
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function altered(file: ModelFile, difference: string): ModelError {
  return new ModelError(
    'altered',
    `The model file ${file.name} arrived with ${difference}, so it is not the published one and was thrown away; ` +
      'try again, and if it happens again look for a proxy or mirror that changes files.',
  );
}
