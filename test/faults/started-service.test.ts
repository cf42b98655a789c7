import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';

import { createDatabase } from '../../server/src/infra/database/database.ts';
import { startEmbeddedPostgres } from '../../server/src/infra/database/embedded/embedded-postgres.ts';
import { expectBooksToBalance } from '../invariants/books.ts';
import type { Answer } from '../support/api-client.ts';
import { startServiceProcess, type ServiceProcess } from '../support/service-process.ts';

/** Two voices, four sentences, 20 s: the sample that a first start offers. */
const SAMPLE = path.resolve(import.meta.dirname, '../../server/sample/conversation.mp3');
const FOUR_MINUTES = { timeout: 240_000 };

let dataDir: string;
let service: ServiceProcess;

beforeEach(async () => {
  dataDir = await mkdtemp(path.join(tmpdir(), 'icana-faults-'));
  service = await startServiceProcess(dataDir);
});

afterEach(async () => {
  if (service.process.exitCode === null) await service.interrupt();
  await expectCleanBooks();
  await rm(dataDir, { recursive: true, force: true });
});

async function submit(file = SAMPLE): Promise<string> {
  const value = await readFile(file);
  const answer = await service.client.sendForm([{ name: 'file', value, filename: path.basename(file) }]);
  expect(answer.body).toMatchObject({ status: 'processing' });
  return String(answer.body['job_id']);
}

async function statusOf(job: string): Promise<Answer['body']> {
  return (await service.client.get(`/api/v1/jobs/${job}`)).body;
}

async function until(job: string, wanted: (status: string) => boolean): Promise<Answer['body']> {
  for (;;) {
    const body = await statusOf(job);
    if (wanted(String(body['status']))) return body;
    await delay(250);
  }
}

const ended = (status: string) => status === 'completed' || status === 'failed';

async function balance(): Promise<Answer['body']> {
  return (await service.client.get('/api/v1/usage')).body;
}

async function expectCleanBooks(): Promise<void> {
  const postgres = await startEmbeddedPostgres({ dataDir, as: 'guest' });
  const database = createDatabase({ url: postgres.url });
  await expectBooksToBalance(database.db);
  await database.close();
  await postgres.stop();
}

function expectTheConversation(body: Answer['body']): void {
  expect(body['status']).toBe('completed');
  expect(body['diarization']).toMatch(
    /^\[Speaker 1\]: Good morning\. I would like .*\n\[Speaker 2\]: Good morning\. The next train .*\n\[Speaker 1\]: Thank you very much\. .*\n\[Speaker 2\]: .*ticket now\?$/,
  );
}

test(
  'the printed command works as pasted, and the key stays the same at the next start',
  FOUR_MINUTES,
  async () => {
    const command = /^ *(curl .*transcribe)$/m.exec(service.greeting)![1]!;
    expect(command).toContain(service.key);
    expect(existsSync(/file=@([^']+)/.exec(command)![1]!)).toBe(true);
    expectTheConversation(await until(await submit(), ended));
    const { key } = service;
    expect(await service.interrupt()).toBe(0);
    service = await startServiceProcess(dataDir);
    expect(service.key).toBe(key);
  },
);

test('two recordings at once are each transcribed and paid for once', FOUR_MINUTES, async () => {
  const jobs = await Promise.all([submit(), submit()]);
  for (const job of jobs) expectTheConversation(await until(job, ended));
  const usage = await balance();
  const cost = Number(usage['total_cost']);
  expect(usage).toMatchObject({ credit_held: 0, completed_jobs: 2 });
  expect(Number(usage['credit_balance']) + cost).toBeCloseTo(1.44, 9);
});

test(
  'a second start on the same folder says that the first runs, and harms nothing',
  FOUR_MINUTES,
  async () => {
    await expect(startServiceProcess(dataDir)).rejects.toThrow('did not start');
    expectTheConversation(await until(await submit(), ended));
  },
);
