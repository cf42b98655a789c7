import { randomBytes } from 'node:crypto';
import { chmod, chown, link, mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';

import { OperatorError } from '../../../lib/operator-error.ts';
import { isReachableBy, type SystemAccount } from './system-account.ts';

/** Where root's database goes when its data folder is closed to the account PostgreSQL runs as. */
const SYSTEM_HOME = '/var/lib/icana-postgres';

/** What is remembered of an embedded database between starts, in `DATA_DIR/postgres/connection.json` (mode 0600). */
interface Remembered {
  readonly password: string;
  /** The port of the last start, tried again first. Which one is in use now stands in the cluster's `postmaster.pid`. */
  readonly port?: number;
  /** Set only when the cluster lives outside the data folder, which may thus be moved with all it holds. */
  readonly folder?: string;
}

/** Where an embedded database lives and how to get in. `folder` holds the cluster, its log and any copied programs. */
export interface ClusterHome extends Remembered {
  readonly folder: string;
}

export const clusterFolder = (home: ClusterHome): string => path.join(home.folder, 'cluster');
export const logFile = (home: ClusterHome): string => path.join(home.folder, 'postgres.log');

const recordFile = (dataDir: string) => path.join(dataDir, 'postgres', 'connection.json');

async function recall(dataDir: string): Promise<ClusterHome | undefined> {
  const file = recordFile(dataDir);
  try {
    const remembered = JSON.parse(await readFile(file, 'utf8')) as Remembered;
    return { folder: path.join(path.resolve(dataDir), 'postgres'), ...remembered };
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code === 'ENOENT') return undefined;
    throw new OperatorError(
      code === undefined
        ? `${file} is damaged: restore it from a backup of the data folder.`
        : `${file} cannot be read (${code}): start Icana as the user who owns it.`,
      { cause },
    );
  }
}

/** Lets the account pass through a folder of ours by name, without letting it list what is inside. */
async function letThrough(folder: string): Promise<void> {
  const { mode } = await stat(folder);
  await chmod(folder, (mode & 0o777) | 0o011);
}

/**
 * Chooses where the cluster of a new data folder goes: into it, unless PostgreSQL's account could not get there (root's
 * data folder under /root, say). Then a folder of its own under /var/lib takes it: never the temporary folder, whose
 * contents may be cleaned away.
 */
async function chooseFolder(dataDir: string, account: SystemAccount): Promise<string | undefined> {
  if (!account.switchTo) return undefined;
  const inDataDir = path.join(dataDir, 'postgres');
  await letThrough(dataDir);
  await letThrough(inDataDir);
  if (await isReachableBy(account, inDataDir)) return undefined;
  const folder = path.join(SYSTEM_HOME, randomBytes(6).toString('hex'));
  try {
    await mkdir(folder, { recursive: true });
    await chmod(SYSTEM_HOME, 0o711);
    await chmod(folder, 0o711);
    return folder;
  } catch (cause) {
    throw new OperatorError(
      `PostgreSQL runs as the user "nobody", who cannot reach ${dataDir}: choose a DATA_DIR outside closed folders.`,
      { cause },
    );
  }
}

/** Opens what is remembered of the data folder's database, or begins a new one, with a random password. */
export async function openClusterHome(dataDir: string, account: SystemAccount): Promise<ClusterHome> {
  const known = await recall(dataDir);
  if (known) return known;
  await mkdir(path.join(dataDir, 'postgres'), { recursive: true, mode: 0o700 });
  const folder = await chooseFolder(dataDir, account);
  const draft = await writeDraft(dataDir, {
    password: randomBytes(24).toString('base64url'),
    ...(folder !== undefined && { folder }),
  });
  // Linking, unlike renaming, fails when another start was first: then its password is the one.
  await link(draft, recordFile(dataDir)).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
  });
  await rm(draft);
  const home = await recall(dataDir);
  if (!home) throw new OperatorError(`${recordFile(dataDir)} vanished as it was written: start again.`);
  return home;
}

async function writeDraft(dataDir: string, remembered: Remembered): Promise<string> {
  const draft = `${recordFile(dataDir)}.${process.pid}`;
  await writeFile(draft, JSON.stringify(remembered, null, 2), { mode: 0o600, flush: true });
  return draft;
}

/** Remembers the port for the next start. */
export async function rememberPort(dataDir: string, home: ClusterHome, port: number): Promise<void> {
  if (home.port === port) return;
  const { folder, ...rest } = home;
  const elsewhere = folder.startsWith(SYSTEM_HOME) && { folder };
  await rename(await writeDraft(dataDir, { ...rest, ...elsewhere, port }), recordFile(dataDir));
}

/** Gives a folder or file to the account, when that is not ourselves. */
export async function giveTo(account: SystemAccount, target: string): Promise<void> {
  if (account.switchTo) await chown(target, account.switchTo.uid, account.switchTo.gid);
}
