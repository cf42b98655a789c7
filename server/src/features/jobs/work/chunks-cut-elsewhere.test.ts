import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Engine } from '@icana/engine';
import { sql } from 'kysely';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';

import { expectBooksToBalance } from '../../../../../test/invariants/books.ts';
import { createApiClient } from '../../../../../test/support/api-client.ts';
import { untilEnded } from '../../../../../test/support/scripted-service.ts';
import { startTestService, type TestService } from '../../../../../test/support/test-service.ts';

/*
 * A new version may cut recordings elsewhere. One that is under way while it starts has then chunks of both: what was
 * queued of the old cut is still there, or still worked on, when the new cut takes its place.
 */

const durationSeconds = 600;
const NO_EVIDENCE = { version: 1, betweenVariances: [], times: '', prints: '' } as const;

/** What is done between the two versions. */
let beforeNewCut: () => Promise<void>;
/** What becomes of the old cut's chunk. */
let recogniseOld: () => Promise<string>;
/** What is waited for before the new cut's chunk is read. */
let beforeNewIsRead: () => Promise<void>;
/** What is waited for before a chunk's audio is removed. */
let beforeRemoval: () => Promise<void>;

let attempts: number;
/** Which chunks were begun with, by what was in their files. */
let begun: string[];
let service: TestService;

/** One chunk, whose audio says which cut it is of. The old version breaks off once it is queued. */
const prepare: Engine['prepare'] = async (_request, { onChunk }) => {
  attempts += 1;
  const isOld = attempts === 1;
  if (!isOld) await beforeNewCut();
  const file = path.join(service.folder, 'chunk-0');
  await writeFile(file, isOld ? 'old' : 'new');
  const end = isOld ? 500 : durationSeconds;
  await onChunk({ number: 0, path: file, start: 0, end, speechSeconds: end });
  if (isOld) throw new Error('replaced by another version');
  const turns = [{ start: 0, end: durationSeconds, speaker: 0 }];
  return { durationSeconds, chunkCount: 1, turns, speakerEvidence: NO_EVIDENCE };
};

/** Like the engine, it reads the file again after it has begun. */
const recogniseChunk: Engine['recogniseChunk'] = async ({ path: file }) => {
  const cut = await readFile(file, 'utf8');
  begun.push(cut);
  if (cut === 'new') await beforeNewIsRead();
  const text = cut === 'old' ? await recogniseOld() : await readFile(file, 'utf8');
  return { words: [{ text, start: 0, end: 1, confidence: 1 }], suppressed: [] };
};

beforeAll(async () => {
  service = await startTestService({
    engine: { probe: async () => ({ durationSeconds }), prepare, recogniseChunk },
    settings: { engineProcesses: 2 },
    wrapStorage: (storage) => ({
      ...storage,
      async delete(key) {
        if (key.startsWith('chunks/')) await beforeRemoval();
        await storage.delete(key);
      },
    }),
  });
});
beforeEach(() => {
  attempts = 0;
  begun = [];
  beforeNewCut = beforeNewIsRead = beforeRemoval = async () => undefined;
});
afterAll(() => service.close());
afterEach(async () => {
  await expectBooksToBalance(service.db);
  expect((await service.audit.verify()).findings).toEqual([]);
  expect(service.troubles).toEqual([]);
});

const untilBegun = async (count: number) =>
  await expect.poll(() => begun.length, { timeout: 15_000 }).toBe(count);

/** Resolves when the work on one chunk is done, or when it is told that it came to nothing. */
async function untilOneIsDone(queue = 'recognise'): Promise<void> {
  const done = sql`select id from pgboss.job where name = ${queue} and state = 'completed'`;
  await expect.poll(async () => (await done.execute(service.db)).rows, { timeout: 15_000 }).toHaveLength(1);
}

/** What becomes of a recording that two versions work on. */
async function transcribed() {
  // What other tests have left is not counted.
  await sql`delete from pgboss.job`.execute(service.db);
  const { key } = await service.newCustomer();
  const client = createApiClient(service.url, key);
  return await untilEnded(client, (await client.submit()).body['job_id']);
}

describe('a recording that a new version cuts elsewhere is recognised as that one cuts it', () => {
  const asNewVersionCuts = { status: 'completed', transcription: 'new' };

  test('while the old chunk ends beside the new one', async () => {
    recogniseOld = async () => {
      await untilBegun(2);
      return 'old';
    };
    beforeNewIsRead = () => untilOneIsDone();
    expect(await transcribed()).toMatchObject(asNewVersionCuts);
    expect(begun).toEqual(['old', 'new']);
  });

  test('while the old chunk breaks off, and is not tried again', async () => {
    recogniseOld = async () => {
      await untilBegun(2);
      throw new Error('the file is another');
    };
    beforeNewIsRead = () => untilOneIsDone();
    expect(await transcribed()).toMatchObject(asNewVersionCuts);
    expect(begun).toEqual(['old', 'new']);
  });

  test('while the old chunk breaks off for the last time', async () => {
    recogniseOld = async () => {
      await untilBegun(2);
      await sql`update pgboss.job set retry_limit = 0 where name = 'recognise'`.execute(service.db);
      throw new Error('the file is another');
    };
    beforeNewIsRead = () => untilOneIsDone('recognise-dead');
    expect(await transcribed()).toMatchObject(asNewVersionCuts);
    expect(begun).toEqual(['old', 'new']);
  });

  test('while the audio of the old chunk is removed', async () => {
    const newVersion = Promise.withResolvers<void>();
    const removal = Promise.withResolvers<void>();
    recogniseOld = async () => {
      await newVersion.promise;
      return 'old';
    };
    beforeNewCut = async () => {
      newVersion.resolve();
      await removal.promise;
    };
    beforeRemoval = async () => {
      removal.resolve();
      // Long enough for the new chunk to be stored, if nothing keeps it from that.
      await delay(1000);
    };
    beforeNewIsRead = () => untilOneIsDone();
    expect(await transcribed()).toMatchObject(asNewVersionCuts);
    expect(begun).toEqual(['old', 'new']);
  });
});
