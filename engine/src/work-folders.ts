import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { hostname } from 'node:os';
import { basename, join } from 'node:path';

/**
 * Folders are named after the process they belong to, so that what a killed one has left can be told: by its host, its
 * id there and the moment it started. In a container every process may have the same id.
 */
const FOLDER = /^icana-work-(?<host>.+)-(?<pid>\d+)-(?<started>\d+)-[^-]+$/;

/** What a process of another host is doing cannot be seen; one that works changes its folder far more often. */
const ABANDONED_MS = 3 * 24 * 3600 * 1000;

export interface WorkFolders {
  /** An empty folder for one recording's decoded audio. */
  make(): Promise<string>;
  remove(folder: string): Promise<void>;
}

/** Removes at once what dead processes have left: the next of them may never get a recording. */
export function createWorkFolders(parent: string): WorkFolders {
  const swept = removeOrphans(parent).catch(() => undefined);
  return {
    async make() {
      await swept;
      return await mkdtemp(join(parent, `icana-work-${ownHost()}-${process.pid}-${ownStart()}-`));
    },
    // Again if need be: an engine process that is being killed may write for another moment.
    remove: (folder) => rm(folder, { recursive: true, force: true, maxRetries: 3 }),
  };
}

/** As it may stand in the name of a folder, which takes 255 bytes. */
const ownHost = (): string =>
  hostname()
    .replace(/[^\w.-]/g, '_')
    .slice(0, 100);

/** In milliseconds since 1970: no other process of this host has this one's id and started at the same moment. */
const ownStart = (): number => Math.round(performance.timeOrigin);

async function removeOrphans(parent: string): Promise<void> {
  for (const name of await readdir(parent)) {
    const folder = join(parent, name);
    // Another user's folder is not ours to remove.
    if (await isOrphan(folder)) await rm(folder, { recursive: true, force: true }).catch(() => undefined);
  }
}

async function isOrphan(folder: string): Promise<boolean> {
  const owner = FOLDER.exec(basename(folder))?.groups;
  if (!owner) return false;
  if (owner['host'] !== ownHost()) return await isAbandoned(folder);
  const pid = Number(owner['pid']);
  return pid === process.pid ? Number(owner['started']) !== ownStart() : !isAlive(pid);
}

async function isAbandoned(folder: string): Promise<boolean> {
  const found = await stat(folder).catch(() => undefined);
  return found !== undefined && Date.now() - found.mtimeMs > ABANDONED_MS;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
