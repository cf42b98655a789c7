import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';

import type { ModelFile } from './catalogue.ts';
import { ModelError } from './model-error.ts';

/** Ending of files that are still being written; whatever bears it without a writer is rubbish. */
export const PARTIAL_SUFFIX = '.part';

/**
 * Writes `source` to `folder` under the file's name. The bytes are hashed on their way to a temporary name and are
 * on the disk before they get their own, so a file under its own name was complete and right when it was put there,
 * whatever crashed. Throws a `ModelError` (`altered`) when size or SHA-256 differ, and leaves nothing behind then.
 */
export async function writeVerified(source: AsyncIterable<Uint8Array>, file: ModelFile, folder: string) {
  const temporary = join(folder, `${file.name}.${process.pid}${PARTIAL_SUFFIX}`);
  try {
    await writeDurably(checked(source, file), temporary);
    await rename(temporary, join(folder, file.name));
    await syncFolder(folder);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

/** SHA-256 of a file on disk, in lower-case hexadecimal. */
export async function sha256OfFile(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path, { highWaterMark: 1 << 20 }), hash);
  return hash.digest('hex');
}

/** Passes the chunks on and throws as soon as they cannot be the file any more: nobody fills our disk. */
async function* checked(source: AsyncIterable<Uint8Array>, file: ModelFile) {
  const hash = createHash('sha256');
  let bytes = 0;
  for await (const chunk of source) {
    bytes += chunk.length;
    if (bytes > file.bytes) throw altered(file, `more than ${file.bytes} bytes`);
    hash.update(chunk);
    yield chunk;
  }
  if (bytes !== file.bytes) throw altered(file, `${bytes} bytes instead of ${file.bytes}`);
  if (hash.digest('hex') !== file.sha256) throw altered(file, 'another SHA-256');
}

async function writeDurably(chunks: AsyncIterable<Uint8Array>, path: string) {
  const handle = await open(path, 'w');
  try {
    for await (const chunk of chunks) await handle.writeFile(chunk);
    await handle.sync();
  } finally {
    await handle.close();
  }
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
