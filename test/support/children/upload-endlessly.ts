/** Uploads an object into the file storage of `argv[2]` without end, and says so once bytes have gone in. */
import { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';

import { createFileStorage } from '../../../server/src/infra/storage/file-storage.ts';

async function* drip(): AsyncGenerator<Buffer> {
  for (let count = 1; ; count++) {
    yield Buffer.alloc(64 * 1024);
    if (count === 10) console.log(JSON.stringify({ uploading: true }));
    await delay(10);
  }
}
await createFileStorage({ folder: process.argv[2] ?? '' }).put('endless', Readable.from(drip()));
