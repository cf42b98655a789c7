import { Transform, type Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

import { ApiError, internalError, refusal } from '../../infra/http/api-error.ts';
import type { ObjectStorage, StoredObject } from '../../infra/storage/object-storage.ts';
import { megabytes } from './uploads.rules.ts';

class TooManyBytes extends Error {
  override readonly name = 'TooManyBytes';
}

/** Passes bytes on as they are and fails with `TooManyBytes` at the first one past the limit. */
function limitBytes(maxBytes: number): Transform {
  let passed = 0;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      passed += chunk.length;
      if (passed > maxBytes) done(new TooManyBytes());
      else done(null, chunk);
    },
  });
}

/**
 * Stores a file while it arrives; memory stays flat whatever its size.
 * @throws ApiError 400 when it is too large or its sender stopped, what its bytes were destroyed with, 500 `File upload failed` when storage did
 */
export async function receiveFile(
  storage: Pick<ObjectStorage, 'put'>,
  file: { key: string; bytes: Readable; maxBytes: number },
): Promise<StoredObject> {
  const limited = limitBytes(file.maxBytes);
  // Whichever end fails, the streams take the other with it: only the order tells which was first. The sender may
  // have stopped before anybody looked.
  let senderStopped = file.bytes.destroyed;
  const noteIfFirst = () => {
    senderStopped ||= !limited.destroyed && !file.bytes.readableEnded;
  };
  file.bytes.once('error', noteIfFirst).once('close', noteIfFirst);
  try {
    const [stored] = await Promise.all([storage.put(file.key, limited), pipeline(file.bytes, limited)]);
    return stored;
  } catch (error) {
    // Somebody ended it with the answer to give.
    if (error instanceof ApiError) throw error;
    if (error instanceof TooManyBytes) throw refusal('upload.too_large', { limit: megabytes(file.maxBytes) });
    throw senderStopped ? refusal('upload.interrupted') : internalError('upload.storage_failed', error);
  }
}
