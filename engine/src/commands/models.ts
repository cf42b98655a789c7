import { existsSync } from 'node:fs';
import type { Command } from 'commander';

import { installedBytes } from '../models/model.ts';
import { ModelError } from '../models/model-error.ts';
import { megabytes, withProgress } from '../models/progress.ts';
import { defaultModelIds } from '../models/speech-models.ts';
import { createModelStore, type ModelStore, type StoredModel } from '../models/store.ts';
import { CommandError } from './command-error.ts';
import { interruptible } from './interruption.ts';

interface Output {
  readonly json?: boolean;
}

interface InstallOutput extends Output {
  readonly acceptLicence?: boolean;
}

/**
 * `icana models list|show|install|remove|verify`. Results go to standard output, as text or with `--json`; progress goes
 * to standard error. Throws a `CommandError` when something could not be done, or when `verify` found a fault.
 */
export function registerModelsCommand(
  program: Command,
  openStore: () => ModelStore = createModelStore,
): void {
  const models = program.command('models').description('the speech models on this machine');
  const subcommand = (synopsis: string, description: string) =>
    models.command(synopsis).description(description).option('--json', 'write the result as JSON');

  subcommand('list', 'show every model that can be had, and which are installed').action((output: Output) =>
    saying(() => list(openStore(), output)),
  );
  subcommand('show <id>', 'show all there is to know of a model: languages, licence, files').action(
    (id: string, output: Output) => saying(() => show(openStore(), id, output)),
  );
  subcommand('install [ids...]', 'fetch models, or repair them; without ids, the default ones')
    .option('--accept-licence', 'accept the terms of models whose licence is not an open one')
    .action((ids: string[], output: InstallOutput) => saying(() => install(openStore(), ids, output)));
  subcommand('remove <ids...>', 'delete models from this machine').action((ids: string[], output: Output) =>
    saying(() => remove(openStore(), ids, output)),
  );
  subcommand(
    'verify [ids...]',
    'compare models byte for byte with what was published; without ids, all here',
  ).action((ids: string[], output: Output) => saying(() => verify(openStore(), ids, output)));
}

function list(store: ModelStore, output: Output) {
  const stored = store.list();
  const text = () => table([['ID', 'KIND', 'LANGUAGES', 'LICENCE', 'SIZE', 'INSTALLED'], ...stored.map(row)]);
  print(stored.map(listed), output, () => [...text(), '', `Folder: ${store.directory}`]);
}

function show(store: ModelStore, id: string, output: Output) {
  const stored = store.show(id);
  const { model, installed, folder } = stored;
  print({ ...listed(stored), files: model.files }, output, () => [
    ...table([
      ['ID', id],
      ['KIND', model.kind],
      ['LANGUAGES', model.languages.join(' ') || 'any'],
      ['AUTO', model.kind === 'recogniser' && model.detectsLanguage ? 'finds out the language' : 'no'],
      ['LICENCE', model.licence],
      ...(model.terms ? [['TERMS', `for ${model.terms.summary}: ${model.terms.url}`]] : []),
      ['SIZE', megabytes(installedBytes(model))],
      ['INSTALLED', installed ? folder : 'no'],
    ]),
    '',
    ...table(model.files.map(({ name, bytes, sha256, from }) => [name, `${bytes} bytes`, sha256, from])),
  ]);
}

async function install(store: ModelStore, ids: readonly string[], output: InstallOutput) {
  const { acceptLicence } = output;
  const chosen = ids.length > 0 ? ids : defaultModelIds;
  const results = await interruptible((signal) =>
    withProgress((onProgress) =>
      inTurn(chosen, async (id) => ({
        id,
        fetched: await store.install(id, { onProgress, signal, acceptLicence }),
      })),
    ),
  );
  print(results, output, () =>
    results.map(({ id, fetched }) => `${id}: ${fetched ? 'fetched' : 'was complete already'}`),
  );
}

async function remove(store: ModelStore, ids: readonly string[], output: Output) {
  const results = await inTurn(ids, async (id) => ({ id, removed: await store.remove(id) }));
  print(results, output, () =>
    results.map(({ id, removed }) => `${id}: ${removed ? 'removed' : 'was not installed'}`),
  );
}

async function verify(store: ModelStore, ids: readonly string[], output: Output) {
  const results = await inTurn(ids.length > 0 ? ids : idsOnDisk(store), async (id) => {
    const faults = await store.verify(id);
    return { id, faults: faults.map(({ file, problem }) => ({ file: file.name, problem })) };
  });
  print(results, output, () =>
    results.map(({ id, faults }) => {
      const found = faults.map(({ file, problem }) => `${file} ${problem}`);
      return `${id}: ${found.join(', ') || 'as published'}`;
    }),
  );
  const broken = results.filter(({ faults }) => faults.length > 0).map(({ id }) => id);
  if (broken.length === 0) return;
  throw new CommandError(
    `Not as published: ${broken.join(', ')}; repair with: icana models install ${broken.join(' ')}`,
  );
}

/** Models of which at least a part is here, broken ones included. */
function idsOnDisk(store: ModelStore): string[] {
  const ids = store.list().flatMap(({ model, folder }) => (existsSync(folder) ? [model.id] : []));
  if (ids.length > 0) return ids;
  throw new CommandError(
    `No model is in ${store.directory}; fetch the default ones with: icana models install`,
  );
}

function listed({ model, installed, folder }: StoredModel) {
  const { id, kind, languages, licence, terms, source } = model;
  return { id, kind, languages, licence, terms, source, bytes: installedBytes(model), installed, folder };
}

/** More languages than these are counted. */
const MOST_LANGUAGES = 6;

function row({ model, installed }: StoredModel): string[] {
  const { id, kind, licence, languages } = model;
  const many = languages.length > MOST_LANGUAGES;
  const spoken = many ? `${languages.length} languages` : languages.join(' ') || 'any';
  return [id, kind, spoken, licence, megabytes(installedBytes(model)), installed ? 'yes' : 'no'];
}

function table(rows: readonly string[][]): string[] {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((cells) => cells[column]!.length)));
  return rows.map((cells) =>
    cells
      .map((cell, column) => cell.padEnd(widths[column]!))
      .join('  ')
      .trimEnd(),
  );
}

function print(result: unknown, { json }: Output, text: () => string[]) {
  process.stdout.write(`${json ? JSON.stringify(result, undefined, 2) : text().join('\n')}\n`);
}

async function inTurn<T>(ids: readonly string[], act: (id: string) => Promise<T>): Promise<T[]> {
  const results: T[] = [];
  for (const id of ids) results.push(await act(id));
  return results;
}

/** Passes on what the store could not do as what the command could not do. */
async function saying(action: () => void | Promise<void>) {
  try {
    await action();
  } catch (error) {
    throw error instanceof ModelError ? new CommandError(error.message, { cause: error }) : error;
  }
}
