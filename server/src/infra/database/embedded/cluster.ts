import { execFile } from 'node:child_process';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';

import { OperatorError } from '../../../lib/operator-error.ts';
import type { PostgresBinaries } from './binaries.ts';
import { clusterFolder, giveTo, type ClusterHome } from './cluster-home.ts';
import { explainFailure } from './failures.ts';
import { isAlive, programEnvironment } from './processes.ts';
import type { SystemAccount } from './system-account.ts';

export const SUPERUSER = 'icana';

interface Creation {
  home: ClusterHome;
  account: SystemAccount;
  binaries: PostgresBinaries;
}

/** The major version an existing cluster was made by, or nothing when there is none yet. */
async function clusterVersion(folder: string): Promise<string | undefined> {
  const text = await readFile(path.join(folder, 'PG_VERSION'), 'utf8').catch(
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return undefined;
      throw error;
    },
  );
  return text?.trim();
}

/** Removes clusters whose making was cut short with the process that made them. */
async function removeUnfinished(home: ClusterHome): Promise<void> {
  for (const name of await readdir(home.folder)) {
    const maker = /^cluster\.new-(\d+)$/.exec(name)?.[1];
    if (maker !== undefined && !isAlive(Number(maker))) {
      await rm(path.join(home.folder, name), { recursive: true, force: true });
    }
  }
}

async function runInitdb({ home, account, binaries }: Creation, target: string): Promise<void> {
  const passwordFile = path.join(target, 'password');
  await mkdir(target, { mode: 0o700 });
  await writeFile(passwordFile, home.password, { mode: 0o600 });
  await giveTo(account, passwordFile);
  await giveTo(account, target);
  const options = [
    `--pgdata=${path.join(target, 'data')}`,
    `--username=${SUPERUSER}`,
    `--pwfile=${passwordFile}`,
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    // The same sort order on every machine, whatever languages its system has installed.
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
    '--locale=C',
    '--no-instructions',
  ];
  await promisify(execFile)(binaries.initdb, options, {
    ...account.switchTo,
    cwd: home.folder,
    env: programEnvironment(),
  }).catch((cause: Error & { stderr?: string }) => {
    throw explainFailure('The database could not be created', cause.stderr ?? cause.message, cause);
  });
}

/**
 * Makes the cluster on the first start. It is made beside its place and moved there whole, so that neither a crash nor
 * a second start at the same moment leaves half of one: the first to move wins and the other uses that.
 */
export async function ensureCluster(creation: Creation): Promise<void> {
  const target = clusterFolder(creation.home);
  const found = await clusterVersion(target);
  const major = creation.binaries.version.split('.')[0];
  if (found === major) return;
  if (found !== undefined) {
    throw new OperatorError(
      `The database in ${target} was made by PostgreSQL ${found} and this Icana brings PostgreSQL ${major}: ` +
        'move the data with pg_dump or go back to the former version.',
    );
  }
  await removeUnfinished(creation.home);
  const unfinished = `${target}.new-${process.pid}`;
  try {
    await runInitdb(creation, unfinished);
    await rename(path.join(unfinished, 'data'), target);
  } catch (error) {
    if ((await clusterVersion(target)) === undefined) throw error;
  } finally {
    await rm(unfinished, { recursive: true, force: true });
  }
}
