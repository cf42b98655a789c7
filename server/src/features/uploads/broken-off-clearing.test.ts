import { Readable } from 'node:stream';
import { UnusableAudioError } from '@icana/engine';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { createApiClient } from '../../../../test/support/api-client.ts';
import { startTestService, type TestService } from '../../../../test/support/test-service.ts';

/** What a server that is killed in that moment does not come to. */
let killedBeforeRemoval = false;
let service: TestService;

beforeAll(async () => {
  service = await startTestService({
    working: false,
    engine: {
      async probe() {
        throw new UnusableAudioError('There is no audio in it.');
      },
    },
    wrapStorage: (storage) => ({
      ...storage,
      async delete(key) {
        if (killedBeforeRemoval) throw new Error('killed');
        await storage.delete(key);
      },
    }),
  });
});
afterAll(() => service.close());

async function storedKeys(): Promise<string[]> {
  const keys: string[] = [];
  for await (const { key } of service.storage.list()) keys.push(key);
  return keys;
}

test('a server that dies between undoing a job and removing its file leaves both to the sweep', async () => {
  const { key } = await service.newCustomer();
  killedBeforeRemoval = true;
  expect((await createApiClient(service.url, key).submit()).status).toBe(400);
  expect(await storedKeys()).toHaveLength(1);

  killedBeforeRemoval = false;
  await service.uploads.sweep({ nobodyReceives: true });
  expect(await storedKeys()).toEqual([]);
});

test('a server that dies between failing an upload and removing its file leaves the file to the sweep', async () => {
  const { accountId } = await service.newCustomer();
  const job = await service.submissions.open({ accountId, keyId: null, filename: 'a.mp3', language: 'en' });
  await service.storage.put(job.storage_key, Readable.from([Buffer.from('half')]));
  await service.lifecycle.fail(job.id, 'The upload stopped.');
  expect(await storedKeys()).toEqual([job.storage_key]);

  await service.deletions.sweep();
  expect(await storedKeys()).toEqual([]);
});
