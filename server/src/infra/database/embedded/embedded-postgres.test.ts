import { spawn } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Client } from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';

import { startChild, type TestChild } from '../../../../../test/support/child-process.ts';
import { startEmbeddedPostgres, type EmbeddedPostgres } from './embedded-postgres.ts';

interface Said {
  url?: string;
  error?: string;
}

let folder: string;
/** Shared by the tests, because making a cluster is the slow part: each leaves it stopped. */
let dataDir: string;
const running: EmbeddedPostgres[] = [];
const children: TestChild[] = [];

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'icana-embedded-'));
  await chmod(folder, 0o711);
  dataDir = path.join(folder, 'data');
});
afterEach(async () => {
  await Promise.all(children.splice(0).map((child) => child.kill()));
  // Entering and leaving once more lets no server live on, whatever the test did to it.
  await start('guest');
  await Promise.all(running.splice(0).map((postgres) => postgres.stop()));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function start(as: 'service' | 'guest' = 'service'): Promise<EmbeddedPostgres> {
  const postgres = await startEmbeddedPostgres({ dataDir, as });
  running.push(postgres);
  return postgres;
}
async function stop(postgres: EmbeddedPostgres): Promise<void> {
  running.splice(running.indexOf(postgres), 1);
  await postgres.stop();
}
function hold(as: 'service' | 'guest' = 'service'): TestChild {
  const child = startChild('hold-database', dataDir, as);
  children.push(child);
  return child;
}

async function query<Row = unknown>(url: string, sql: string): Promise<Row[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(sql)).rows as Row[];
  } finally {
    await client.end();
  }
}

const pidFile = () => path.join(dataDir, 'postgres', 'cluster', 'postmaster.pid');
const postmasterPid = async () => Number((await readFile(pidFile(), 'utf8')).split('\n')[0]);
const isGone = async () => (await stat(pidFile()).catch(() => undefined)) === undefined;
const asNobody = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};

describe('an ordinary life', () => {
  test('what was written is there after a stop and a start, on the same port', async () => {
    const first = await start();
    await query(first.url, 'drop table if exists notes; create table notes as select 1 as id');
    await stop(first);
    expect(await isGone()).toBe(true);
    const second = await start();
    expect(await query(second.url, 'select id from notes')).toEqual([{ id: 1 }]);
    expect(second.url).toBe(first.url);
  });

  test('it listens on the loopback address only, with fsync on, and its password lies in a file only we can read', async () => {
    const { url } = await start();
    expect(await query(url, 'show listen_addresses')).toEqual([{ listen_addresses: '127.0.0.1' }]);
    expect(await query(url, 'show fsync')).toEqual([{ fsync: 'on' }]);
    const { mode } = await stat(path.join(dataDir, 'postgres', 'connection.json'));
    expect(mode & 0o777).toBe(0o600);
    const wrong = new URL(url);
    wrong.password = 'guess';
    await expect(query(wrong.href, 'select 1')).rejects.toThrow('password authentication failed');
  });

  test('when another program has taken the port, it takes another', async () => {
    const first = await start();
    await stop(first);
    const port = Number(new URL(first.url).port);
    const squatter = createServer().listen(port, '127.0.0.1');
    const second = await start();
    squatter.close();
    expect(new URL(second.url).port).not.toBe(String(port));
    expect(await query(second.url, 'select 1 as one')).toEqual([{ one: 1 }]);
  });

  test('a data folder that was moved while it rested still opens', async () => {
    const first = await start();
    await query(first.url, 'drop table if exists notes; create table notes as select 1 as id');
    await stop(first);
    const moved = path.join(folder, 'moved');
    await rename(dataDir, moved);
    dataDir = moved;
    const second = await start();
    expect(await query(second.url, 'select id from notes')).toEqual([{ id: 1 }]);
  });
});

describe('more than one process', () => {
  test('of two services that make the same folder at once, one runs and the other says so in one sentence', async () => {
    const shared = dataDir;
    dataDir = path.join(folder, 'fresh');
    const both = [hold(), hold()];
    const said = await Promise.all(both.map((child) => child.next<Said>()));
    const url = said.find((one) => one.url !== undefined)?.url ?? '';
    const winner = both[said.findIndex((one) => one.url !== undefined)];
    expect(said.map((one) => one.error).filter((error) => error !== undefined)).toEqual([
      `OperatorError: Icana is already running on ${dataDir} (process ${winner?.process.pid}): ` +
        'stop it first, or give this one a DATA_DIR of its own.',
    ]);
    expect(await query(url, 'select 1 as one'), 'the first is not harmed').toEqual([{ one: 1 }]);
    await winner?.end();
    expect(await isGone()).toBe(true);
    dataDir = shared;
  });

  test('a guest finds the running server and leaves it running', async () => {
    const service = await start();
    const guest = await start('guest');
    expect(guest.url).toBe(service.url);
    await stop(guest);
    expect(await query(service.url, 'select 1 as one')).toEqual([{ one: 1 }]);
  });

  test('the server stays for a guest when the service ends, and ends with the guest', async () => {
    const service = await start();
    const guest = await start('guest');
    await stop(service);
    expect(await query(guest.url, 'select 1 as one')).toEqual([{ one: 1 }]);
    await stop(guest);
    expect(await isGone()).toBe(true);
  });
});

describe('after a crash', () => {
  test('the server that outlived a killed service is taken over, not started anew', async () => {
    const service = hold();
    const { url = '' } = await service.next<Said>();
    await query(url, 'drop table if exists notes; create table notes as select 1 as id');
    const pid = await postmasterPid();
    await service.kill();
    const next = await start();
    expect(await postmasterPid()).toBe(pid);
    expect(await query(next.url, 'select id from notes')).toEqual([{ id: 1 }]);
  });

  test('when service and server were both killed, the next start recovers every committed row', async () => {
    const service = hold();
    const { url = '' } = await service.next<Said>();
    await query(url, 'drop table if exists notes; create table notes (id int)');
    for (let id = 1; id <= 20; id++) await query(url, `insert into notes values (${id})`);
    const pid = await postmasterPid();
    await service.kill();
    process.kill(pid, 'SIGKILL');
    const next = await start();
    expect(await query(next.url, 'select count(*)::int from notes')).toEqual([{ count: 20 }]);
  });

  test('a server killed under a running service comes back by itself at the same address', async () => {
    const service = await start();
    await query(service.url, 'drop table if exists notes; create table notes as select 1 as id');
    const pid = await postmasterPid();
    process.kill(pid, 'SIGKILL');
    await expect
      .poll(() => query(service.url, 'select id from notes').catch(() => 'not yet'), { timeout: 15_000 })
      .toEqual([{ id: 1 }]);
    expect(await postmasterPid()).not.toBe(pid);
  });

  test("a dead server's process number in the hands of another program does not stop the start", async () => {
    const service = hold();
    await service.next<Said>();
    const pid = await postmasterPid();
    await service.kill();
    process.kill(pid, 'SIGKILL');
    await delay(200);
    const stranger = spawn('sleep', ['60'], { ...asNobody });
    const lock = (await readFile(pidFile(), 'utf8')).split('\n');
    await writeFile(pidFile(), [stranger.pid, ...lock.slice(1)].join('\n'));
    const next = await start();
    expect(await query(next.url, 'select 1 as one')).toEqual([{ one: 1 }]);
    expect(stranger.kill(), 'the other program was left alone').toBe(true);
  });
});

describe.runIf(process.getuid?.() === 0)('as root', () => {
  test('a data folder that nobody but root may reach keeps its database under /var/lib', async () => {
    const shared = dataDir;
    const closed = path.join(folder, 'closed');
    await mkdir(closed, { mode: 0o700 });
    dataDir = path.join(closed, 'data');
    const { url } = await start();
    expect(await query(url, 'select 1 as one')).toEqual([{ one: 1 }]);
    const remembered = JSON.parse(
      await readFile(path.join(dataDir, 'postgres', 'connection.json'), 'utf8'),
    ) as {
      folder: string;
    };
    expect(remembered.folder).toMatch(/^\/var\/lib\/icana-postgres\/[0-9a-f]{12}$/);
    await Promise.all(running.splice(0).map((postgres) => postgres.stop()));
    await rm(remembered.folder, { recursive: true });
    dataDir = shared;
  });
});
