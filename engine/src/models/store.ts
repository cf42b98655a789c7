import { statSync } from 'node:fs';
import { mkdir, readdir, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import envPaths from 'env-paths';
import { catalogue as knownModels, downloadBytes, folderName } from './catalogue.ts';
import type { Model, ModelFile } from './catalogue.ts';
import { exclusively } from './exclusive.ts';
import { ModelError } from './model-error.ts';
import { PARTIAL_SUFFIX, sha256OfFile } from './verified-file.ts';

export interface ModelProgress {
  readonly model: Model;
  /** `waiting` while another process fetches; `installed` at the end, whoever fetched it. */
  readonly state: 'waiting' | 'fetching' | 'installed';
  readonly receivedBytes: number;
  readonly totalBytes: number;
}

export interface PullOptions {
  readonly onProgress?: ((progress: ModelProgress) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface StoredModel {
  readonly model: Model;
  readonly installed: boolean;
  readonly folder: string;
}

export interface FileFault {
  readonly file: ModelFile;
  readonly problem: 'missing' | 'wrong size' | 'wrong SHA-256';
}

export interface ModelStore {
  readonly directory: string;
  /** Every model of the catalogue. Looks at sizes only. */
  list(): StoredModel[];
  /** Fetches those of the models that are not there in full size. With everything there it needs no network and no lock. */
  ensure(ids: readonly string[], options?: PullOptions): Promise<void>;
  /** Like `ensure` for one model, but compares every byte first. Resolves to whether anything had to be fetched. */
  pull(id: string, options?: PullOptions): Promise<boolean>;
  /** What is wrong with the model's files, by their SHA-256; empty when all is well. */
  verify(id: string): Promise<FileFault[]>;
  /** Deletes the model's files. Resolves to whether there were any. */
  remove(id: string): Promise<boolean>;
  /** Path of one file of an installed model. */
  path(id: string, name: string): string;
  /** Paths of an installed model's files by name. */
  files(id: string): Record<string, string>;
}

export interface ModelStoreOptions {
  readonly directory?: string;
  readonly catalogue?: readonly Model[];
  /** Where npm's own settings are read from. */
  readonly environment?: NodeJS.ProcessEnv;
  /** Takes `http:` from this machine itself, for tests. */
  readonly allowLoopbackHttp?: boolean;
}

/** `MODELS_DIR`, or a folder in the user's cache that all runs on the machine share. */
export function modelsDirectory(environment: NodeJS.ProcessEnv = process.env): string {
  return resolve(environment['MODELS_DIR'] || join(envPaths('icana', { suffix: '' }).cache, 'models'));
}

/**
 * A folder of models that any number of processes may use at once. A model is fetched by one of them while the
 * others wait, and a file bears its name only once it is whole, so a crash at any moment leaves at worst something
 * to fetch again. All methods throw a `ModelError`, whose message is one sentence for a person.
 */
export function createModelStore({
  environment = process.env,
  directory = modelsDirectory(environment),
  catalogue = knownModels,
  allowLoopbackHttp = false,
}: ModelStoreOptions = {}): ModelStore {
  const folderOf = (model: Model) => join(directory, folderName(model));

  function find(id: string): Model {
    const model = catalogue.find((candidate) => candidate.id === id);
    if (model) return model;
    const known = catalogue.map((candidate) => candidate.id).join(', ');
    throw new ModelError('unknown', `There is no model ${id}; the catalogue has ${known}.`);
  }

  function installedFolder(model: Model): string {
    const folder = folderOf(model);
    if (faultsBySize(model, folder).length === 0) return folder;
    throw new ModelError(
      'not-installed',
      `The model ${model.id} is not in ${directory}; fetch it with: icana models pull ${model.id}`,
    );
  }

  /** Fetches what `check` finds faulty. It is asked again under the lock: another process may have been quicker. */
  async function complete(model: Model, check: Check, { onProgress, signal }: PullOptions): Promise<boolean> {
    const folder = folderOf(model);
    const before = await check(model, folder);
    if (before.length === 0) return false;
    const totalBytes = downloadBytes(
      model,
      before.map(({ file }) => file),
    );
    const report = (state: ModelProgress['state'], receivedBytes: number) =>
      onProgress?.({ model, state, receivedBytes, totalBytes });

    // Loaded only here, so that a start with everything in place does not pay for npm's libraries.
    const [{ fetchModelFiles }, { loadNpmSettings }, { explainFailure }] = await Promise.all([
      import('./fetch.ts'),
      import('./npm-settings.ts'),
      import('./fault-sentence.ts'),
    ]);
    const npm = await loadNpmSettings(environment);

    async function fetchFaulty(underLock: AbortSignal) {
      const faults = await check(model, folder);
      if (faults.length === 0) return false;
      await mkdir(folder, { recursive: true });
      await sweep(folder);
      report('fetching', 0);
      await fetchModelFiles(
        {
          model,
          files: faults.map(({ file }) => file),
          folder,
          onReceived: (bytes) => report('fetching', bytes),
          signal: underLock,
        },
        { npm, allowLoopbackHttp },
      );
      return true;
    }

    try {
      await mkdir(directory, { recursive: true });
      const fetched = await exclusively(
        { lockPath: lockOf(folder), signal, onWait: () => report('waiting', 0) },
        fetchFaulty,
      );
      report('installed', totalBytes);
      return fetched;
    } catch (error) {
      signal?.throwIfAborted();
      throw explainFailure(error, { model, directory, npm });
    }
  }

  return {
    directory,
    list: () =>
      catalogue.map((model) => {
        const folder = folderOf(model);
        return { model, folder, installed: faultsBySize(model, folder).length === 0 };
      }),
    async ensure(ids, options = {}) {
      for (const model of ids.map(find)) await complete(model, faultsBySize, options);
    },
    pull: async (id, options = {}) => complete(find(id), faultsByHash, options),
    async verify(id) {
      const model = find(id);
      return faultsByHash(model, folderOf(model));
    },
    async remove(id) {
      const folder = folderOf(find(id));
      if (!statSync(folder, { throwIfNoEntry: false })) return false;
      await exclusively({ lockPath: lockOf(folder) }, () => rm(folder, { recursive: true, force: true }));
      return true;
    },
    path(id, name) {
      const model = find(id);
      if (model.files.some((file) => file.name === name)) return join(installedFolder(model), name);
      throw new ModelError('unknown', `The model ${id} has no file ${name}.`);
    },
    files(id) {
      const model = find(id);
      const folder = installedFolder(model);
      return Object.fromEntries(model.files.map(({ name }) => [name, join(folder, name)]));
    },
  };
}

type Check = (model: Model, folder: string) => FileFault[] | Promise<FileFault[]>;

/** One `stat` a file: cheap enough for every start, and enough to notice what a broken copy leaves. */
function faultsBySize(model: Model, folder: string): FileFault[] {
  return model.files.flatMap((file): FileFault[] => {
    const found = statSync(join(folder, file.name), { throwIfNoEntry: false });
    if (!found) return [{ file, problem: 'missing' }];
    return found.size === file.bytes ? [] : [{ file, problem: 'wrong size' }];
  });
}

async function faultsByHash(model: Model, folder: string): Promise<FileFault[]> {
  const faults = faultsBySize(model, folder);
  for (const file of model.files) {
    if (faults.some((fault) => fault.file === file)) continue;
    if ((await sha256OfFile(join(folder, file.name))) !== file.sha256)
      faults.push({ file, problem: 'wrong SHA-256' });
  }
  return faults;
}

/** Removes what a process that died in the middle of a download left behind. */
async function sweep(folder: string) {
  const rubbish = (await readdir(folder)).filter((name) => name.endsWith(PARTIAL_SUFFIX));
  await Promise.all(rubbish.map((name) => rm(join(folder, name), { force: true })));
}

function lockOf(folder: string): string {
  return `${folder}.lock`;
}
