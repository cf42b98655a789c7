import { sql } from 'kysely';
import { afterEach, beforeEach, expect, test } from 'vitest';

import { startLine, type CuttableLine } from '../../../../test/support/cuttable-line.ts';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/test-database.ts';
import { listenForSignals, type SignalListener } from './signals.ts';

let database: TestDatabase;
let line: CuttableLine;
let listener: SignalListener;
let heard: (string | undefined)[];
beforeEach(async () => {
  database = await createTestDatabase();
  line = await startLine(Number(new URL(database.url).port));
});
afterEach(async () => {
  await listener.close();
  await line.cut();
  await database.close();
});

async function listen(patience: { silentAfterMs?: number } = {}): Promise<void> {
  const url = new URL(database.url);
  url.port = String(line.port);
  heard = [];
  const onSignal = (payload?: string) => void heard.push(payload);
  listener = listenForSignals({
    url: url.href,
    channel: 'news',
    onSignal,
    onError: () => undefined,
    ...patience,
  });
  await expect.poll(() => heard).toEqual([undefined]);
}

const tell = (news: string) => sql`select pg_notify('news', ${news})`.execute(database.db);

/** Signals may have been missed, so that the renewal is one; and later ones are heard. */
async function expectToBeRenewed({ timeout }: { timeout: number }): Promise<void> {
  await expect.poll(() => heard, { timeout }).toEqual([undefined, undefined]);
  await tell('later');
  await expect.poll(() => heard.at(-1)).toBe('later');
}

test('a connection that is cut is renewed', async () => {
  await listen();
  await line.cut();
  await line.mend();
  await expectToBeRenewed({ timeout: 5_000 });
});

test(
  'a connection that is dead without a word is renewed within half a minute',
  { timeout: 60_000 },
  async () => {
    await listen();
    line.freeze();
    await line.mend();
    await tell('unheard');
    await expectToBeRenewed({ timeout: 40_000 });
  },
);

test('a connection that is dead without a word does not hold up the end', { timeout: 10_000 }, async () => {
  await listen({ silentAfterMs: 1_000 });
  line.freeze();
  await listener.close();
});
