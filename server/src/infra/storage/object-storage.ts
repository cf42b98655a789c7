import type { Readable } from 'node:stream';

export interface StoredObject {
  readonly sizeBytes: number;
  /** Of the bytes that were stored, in lower-case hexadecimal. */
  readonly sha256: string;
}

export interface ObjectEntry {
  readonly key: string;
  readonly sizeBytes: number;
  readonly storedAt: Date;
}

/** Where recordings lie. An object is there whole or not at all, and never changes: it is only replaced or deleted. */
export interface ObjectStorage {
  /**
   * Stores what the stream brings, durably, replacing what was there under the key. When the stream fails, rejects with
   * the stream's own error and leaves everything as it was.
   */
  put(key: string, source: Readable): Promise<StoredObject>;
  /** Opens an object for reading, `end` included. Rejects with {@link ObjectMissing}. */
  openRead(key: string, range?: { start: number; end?: number }): Promise<Readable>;
  /** Lends an object as a file on this machine, not to be changed, for as long as `use` runs. */
  lend<Result>(key: string, use: (path: string) => Promise<Result>): Promise<Result>;
  exists(key: string): Promise<boolean>;
  /** Deletes an object, and what unfinished uploads of it have left; one that is not there is no error. */
  delete(key: string): Promise<void>;
  /** The objects whose keys begin with `prefix`, in no particular order. */
  list(prefix?: string): AsyncIterable<ObjectEntry>;
  /** Removes what uploads that were killed in the middle have left, once it is `olderThanMs`. Answers with how many. */
  sweepUnfinished(olderThanMs: number): Promise<number>;
}

export class ObjectMissing extends Error {
  override readonly name = 'ObjectMissing';

  constructor(key: string, options?: ErrorOptions) {
    super(`there is no object ${key}`, options);
  }
}

const KEY = /^[a-z0-9][a-z0-9._-]*(?:\/[a-z0-9][a-z0-9._-]*)*$/;
const KEY_MAX_LENGTH = 200;

/**
 * Throws unless the key is one that we make: lower-case names of letters, digits and `._-`, joined by `/`, none of them
 * beginning with a dot. So no key can name a place outside the storage, or mean two things on different systems.
 */
export function checkKey(key: string): void {
  if (key.length > KEY_MAX_LENGTH || !KEY.test(key))
    throw new TypeError(`${JSON.stringify(key)} is no object key`);
}
