import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, test } from 'vitest';

const COMMAND = path.resolve(import.meta.dirname, '../../server/bin/icana.js');

let dataDir: string;
beforeEach(async () => {
  dataDir = await mkdtemp(path.join(tmpdir(), 'icana-start-'));
});
afterEach(() => rm(dataDir, { recursive: true, force: true }));

/** What a start that fails says, and the code it ends with. */
async function failToStart(environment: Record<string, string>): Promise<{ said: string; code: number }> {
  const env = { ...process.env, DATA_DIR: dataDir, LOG_LEVEL: 'warn', ...environment };
  const start = promisify(execFile)(process.execPath, [COMMAND, 'start'], { env });
  return await start.then(
    ({ stdout }) => {
      throw new Error(`it started: ${stdout}`);
    },
    ({ stderr, code }: { stderr: string; code: number }) => ({ said: stderr.trim(), code }),
  );
}

test('a port that is taken is named in a sentence, and nothing is left running', async () => {
  const rival = createServer().listen(0, '127.0.0.1');
  await once(rival, 'listening');
  const { port } = rival.address() as AddressInfo;
  // The command ends by itself only when the database, the queue and the engine have been let go of.
  expect(await failToStart({ PORT: String(port) })).toEqual({
    said: `Port ${port} of 127.0.0.1 cannot be used (something else listens there): set PORT or HOST.`,
    code: 1,
  });
  rival.close();
});

test('a bad setting is named in a sentence, before anything is begun', async () => {
  expect(await failToStart({ PORT: 'http', LOG_LEVEL: 'loud' })).toEqual({
    said: expect.stringMatching(/^PORT is "http", but must be .*\.\nLOG_LEVEL is "loud", but must be .*\.$/),
    code: 1,
  });
});

test('a database that cannot be reached is said without its password', async () => {
  const { said, code } = await failToStart({ DATABASE_URL: 'postgres://icana:secret@127.0.0.1:1/icana' });
  expect(code).toBe(1);
  expect(said).toMatch(/DATABASE_URL/);
  expect(said).not.toMatch(/secret/);
});
