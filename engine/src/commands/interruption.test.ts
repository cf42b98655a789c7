import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';

import { catalogue } from '../models/catalogue.ts';
import { serveRegistry, type LocalServer } from '../models/testing/local-server.ts';

const SERVER = path.resolve(import.meta.dirname, '../../../server');
const SAMPLE = path.relative(process.cwd(), path.join(SERVER, 'sample/conversation.mp3'));
/** Standard error is a pipe here; all that a program sees of a terminal is that it says so. */
const AS_IN_A_TERMINAL = 'data:text/javascript,Object.assign(process.stderr,{isTTY:true,columns:100})';

const [HIDE_CURSOR, SHOW_CURSOR] = ['\u001B[?25l', '\u001B[?25h'];
const [NO_WRAPPING, WRAPPING] = ['\u001B[?7l', '\u001B[?7h'];

let folder: string;
let registry: LocalServer;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'icana-interruption-'));
  const { source } = catalogue.find(({ id }) => id === 'moonshine-base-en')!;
  if (source.type !== 'npm') throw new Error('the model for English is no npm package');
  registry = await serveRegistry(
    source.package,
    source.version,
    new Map([['model', randomBytes(9_000_000)]]),
  );
  registry.answer('slowly');
});
afterEach(async () => {
  await registry.close();
  await rm(folder, { recursive: true });
});

/** Runs a command as a person does who has no models yet, and gives what it writes to the terminal as it comes. */
function run(command: string) {
  const child = spawn(
    process.execPath,
    ['--import', AS_IN_A_TERMINAL, path.join(SERVER, 'bin/icana.js'), ...command.split(' ').slice(1)],
    {
      stdio: ['ignore', 'ignore', 'pipe'],
      env: {
        ...process.env,
        DATA_DIR: path.join(folder, 'data'),
        MODELS_DIR: path.join(folder, 'models'),
        npm_config_registry: registry.url,
        npm_config_noproxy: '127.0.0.1',
      },
    },
  );
  const shown = { text: '' };
  child.stderr.setEncoding('utf8').on('data', (text: string) => (shown.text += text));
  return { child, shown, ended: once(child, 'close') };
}

test.each([
  ['icana models install', 'SIGINT', 130],
  ['icana models install', 'SIGTERM', 143],
  [`icana transcribe ${SAMPLE}`, 'SIGINT', 130],
  ['icana start', 'SIGINT', 130],
] as const)(
  'a download by %s is broken off by %s, and the terminal as it was',
  async (command, signal, code) => {
    const { child, shown, ended } = run(command);
    await expect.poll(() => shown.text, { timeout: 100_000 }).toMatch(/[1-9]\d? %/);
    expect(shown.text).toContain(HIDE_CURSOR);
    expect(shown.text).toContain(NO_WRAPPING);
    child.kill(signal);
    expect(await ended).toEqual([code, null]);
    expect(shown.text.lastIndexOf(SHOW_CURSOR)).toBeGreaterThan(shown.text.lastIndexOf(HIDE_CURSOR));
    expect(shown.text.lastIndexOf(WRAPPING)).toBeGreaterThan(shown.text.lastIndexOf(NO_WRAPPING));
    expect(shown.text).toMatch(/Interrupted\.\n$/);
  },
);
