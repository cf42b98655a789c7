import { setTimeout as delay } from 'node:timers/promises';

import type { Answer } from '../support/api-client.ts';

const PIECES = 8;

export interface Upload {
  readonly url: string;
  readonly key: string;
  readonly filename: string;
  readonly bytes: Buffer;
  readonly idempotencyKey: string | null;
  /** How long the bytes take on their way. */
  readonly takesMs: number;
  /** The share of the bytes after which the sender goes away; 1 when he stays. */
  readonly cutAt: number;
}

/** Submits a recording over a slow line. Rejects when there is no answer. */
export async function upload(file: Upload): Promise<Pick<Answer, 'status' | 'body'>> {
  const boundary = `faults-${file.filename}`;
  const leaving = new AbortController();

  async function* body(): AsyncGenerator<Buffer> {
    const part = `Content-Disposition: form-data; name="file"; filename="${file.filename}"`;
    yield Buffer.from(`--${boundary}\r\n${part}\r\nContent-Type: audio/mpeg\r\n\r\n`);
    for (let piece = 0; piece < PIECES; piece++) {
      if (piece / PIECES >= file.cutAt) leaving.abort();
      const at = (place: number) => Math.floor((file.bytes.length * place) / PIECES);
      yield file.bytes.subarray(at(piece), at(piece + 1));
      if (file.takesMs > 0) await delay(file.takesMs / PIECES);
    }
    yield Buffer.from(`\r\n--${boundary}--\r\n`);
  }
  const response = await fetch(new URL('/api/v1/transcribe', file.url), {
    method: 'POST',
    headers: {
      'X-API-Key': file.key,
      'Content-Type': `multipart/form-data; boundary=${boundary}`,
      ...(file.idempotencyKey !== null && { 'Idempotency-Key': file.idempotencyKey }),
    },
    body: body(),
    duplex: 'half',
    signal: leaving.signal,
  });
  return { status: response.status, body: (await response.json()) as Answer['body'] };
}
