import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { createDatabase } from '../../server/src/infra/database/database.ts';
import {
  startEmbeddedPostgres,
  type EmbeddedPostgres,
} from '../../server/src/infra/database/embedded/embedded-postgres.ts';
import { expectBooksToBalance } from '../invariants/books.ts';
import { createApiClient, type ApiClient } from '../support/api-client.ts';
import { startLine, type CuttableLine } from '../support/cuttable-line.ts';
import { startServiceProcess, type ServiceProcess } from '../support/service-process.ts';
import { makeRecordings } from './recordings.ts';

const COMMAND = path.resolve(import.meta.dirname, '../../server/bin/icana.js');
/** Longer than a lease, so that the work under way is given up, too. */
const AWAY_MS = 20_000;
const INTERNAL = /^Something went wrong on our side\./;

let folder: string;
let server: EmbeddedPostgres;
let line: CuttableLine;
let service: ServiceProcess;
let client: ApiClient;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'icana-away-'));
  const dataDir = path.join(folder, 'data');
  await mkdir(dataDir);
  server = await startEmbeddedPostgres({ dataDir: path.join(folder, 'server'), as: 'service' });
  const url = new URL(server.url);
  line = await startLine(Number(url.port));
  url.port = String(line.port);
  const environment = { DATABASE_URL: url.href, LOG_LEVEL: 'silent' };
  service = await startServiceProcess(dataDir, environment);
  const admin = async (...args: string[]) => {
    const env = { ...process.env, DATA_DIR: dataDir, ...environment };
    const { stdout } = await promisify(execFile)(process.execPath, [COMMAND, 'admin', ...args, '--json'], {
      env,
    });
    return JSON.parse(stdout) as Record<string, unknown>;
  };
  await admin('account', 'create', 'person@example.org');
  const { key } = await admin('key', 'create', 'person@example.org', 'test');
  client = createApiClient(service.url, String(key));
}, 120_000);

afterAll(async () => {
  await service.interrupt();
  await line.cut();
  await server.stop();
  await rm(folder, { recursive: true, force: true });
});

test(
  'while the database is away requests say nothing of the inside, and the work goes on when it is back',
  { timeout: 180_000 },
  async () => {
    const value = (await makeRecordings()).triple.bytes;
    const submit = () => client.sendForm([{ name: 'file', value, filename: 'talk.mp3' }]);
    const job = `/api/v1/jobs/${String((await submit()).body['job_id'])}`;
    const status = async () => (await client.get(job)).body['status'];
    await expect.poll(status, { timeout: 60_000 }).toBe('processing');

    await line.cut();
    const back = delay(AWAY_MS);
    const ready = await client.get('/health/ready');
    expect(ready).toMatchObject({ status: 503, body: { status: 'not ready', failing: ['database'] } });
    expect((await client.get('/health/live')).status).toBe(200);
    for (const answer of [await client.get(job), await client.get('/api/v1/usage'), await submit()]) {
      expect(answer.status).toBe(500);
      expect(answer.body).toEqual({ detail: expect.stringMatching(INTERNAL) });
    }
    await back;
    await line.mend();

    await expect.poll(async () => (await client.get('/health/ready')).status, { timeout: 10_000 }).toBe(200);
    await expect.poll(status, { timeout: 120_000, interval: 250 }).toBe('completed');
    const database = createDatabase({ url: server.url });
    await expectBooksToBalance(database.db);
    await database.close();
  },
);

test(
  'when the database falls silent, ending no connection, the service answers within a minute of its return',
  { timeout: 240_000 },
  async () => {
    const value = (await makeRecordings()).triple.bytes;
    const form = [{ name: 'file', value, filename: 'talk.mp3' }];
    const job = `/api/v1/jobs/${String((await client.sendForm(form)).body['job_id'])}`;
    const status = async () => (await client.get(job)).body['status'];
    await expect.poll(status, { timeout: 60_000 }).toBe('processing');
    // Every connection that the service may have is open, and asked something at the moment of the silence or after it.
    const askALot = () => Promise.all(Array.from({ length: 100 }, () => client.get('/api/v1/usage')));
    await askALot();

    const asked = askALot();
    line.freeze();
    await delay(AWAY_MS);
    await line.mend();
    const back = Date.now();

    await expect.poll(async () => (await client.get('/api/v1/usage')).status, { timeout: 60_000 }).toBe(200);
    expect(Date.now() - back).toBeLessThan(60_000);
    for (const { status: answer } of await asked) expect([200, 500]).toContain(answer);
    await expect.poll(status, { timeout: 120_000, interval: 250 }).toBe('completed');
    const database = createDatabase({ url: server.url });
    await expectBooksToBalance(database.db);
    await database.close();
  },
);
