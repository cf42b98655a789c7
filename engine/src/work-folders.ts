import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';

/** Folders are named after the process they belong to, so that what a killed one has left can be told. */
const FOLDER = /^icana-work-(\d+)-/;

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
      return await mkdtemp(join(parent, `icana-work-${process.pid}-`));
    },
    // Again if need be: an engine process that is being killed may write for another moment.
    remove: (folder) => rm(folder, { recursive: true, force: true, maxRetries: 3 }),
  };
}

async function removeOrphans(parent: string): Promise<void> {
  for (const name of await readdir(parent)) {
    const owner = FOLDER.exec(name)?.[1];
    if (owner !== undefined && !isAlive(Number(owner))) {
      // Another user's folder is not ours to remove.
      await rm(join(parent, name), { recursive: true, force: true }).catch(() => undefined);
    }
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
