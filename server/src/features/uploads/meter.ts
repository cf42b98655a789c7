import { createHash } from 'node:crypto';
import { Transform } from 'node:stream';

export class TooManyBytes extends Error {
  override readonly name = 'TooManyBytes';
}

export interface Meter {
  /** Passes bytes on as they are; fails with `TooManyBytes` at the first one past the limit. */
  readonly stream: Transform;
  sizeBytes(): number;
  /** Of everything that passed; call it once, when the stream has ended. */
  sha256(): string;
}

/** Measures bytes on their way into storage. */
export function createMeter(maxBytes: number): Meter {
  const hash = createHash('sha256');
  let sizeBytes = 0;
  const stream = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      sizeBytes += chunk.length;
      if (sizeBytes > maxBytes) {
        done(new TooManyBytes());
        return;
      }
      hash.update(chunk);
      done(null, chunk);
    },
  });
  return { stream, sizeBytes: () => sizeBytes, sha256: () => hash.digest('hex') };
}
