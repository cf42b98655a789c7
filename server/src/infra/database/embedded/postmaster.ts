import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { open, readFile, rename, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import path from 'node:path';
import { promisify } from 'node:util';

import { OperatorError } from '../../../lib/operator-error.ts';
import type { PostgresBinaries } from './binaries.ts';
import { clusterFolder, logFile, type ClusterHome } from './cluster-home.ts';
import { commandLine, programEnvironment } from './processes.ts';
import type { SystemAccount } from './system-account.ts';

/** What is needed to run one cluster's server process. */
export interface PostmasterOptions {
  readonly home: ClusterHome;
  readonly account: SystemAccount;
  readonly binaries: PostgresBinaries;
  /** Further `postgresql.conf` settings. */
  readonly settings: Readonly<Record<string, string>>;
}

const pidFile = (home: ClusterHome) => path.join(clusterFolder(home), 'postmaster.pid');

/** The server that `postmaster.pid` names: line 1 is its process, line 4 its port. It may be long dead. */
export async function readPidFile(home: ClusterHome): Promise<{ pid: number; port: number } | undefined> {
  const lines = await readFile(pidFile(home), 'utf8').then(
    (text) => text.split('\n'),
    () => [],
  );
  const [pid, port] = [Number(lines[0]), Number(lines[3])];
  return pid > 0 && port > 0 ? { pid, port } : undefined;
}

/** Whether that process is this cluster's server, and not another one that was given a dead server's number. */
export async function isOurPostmaster(home: ClusterHome, pid: number): Promise<boolean> {
  if (process.platform === 'win32') return true;
  return (await commandLine(pid))?.includes(clusterFolder(home)) ?? false;
}

/**
 * Frees the lock of a dead server whose process number lives on in another process (common in containers, where
 * numbers are small) or in a zombie. PostgreSQL takes a lock that names its own parent for a stale one, so we put
 * ourselves there: unlike removing the file, that keeps its check that no process of the dead server still runs.
 */
export async function disownLock(home: ClusterHome, deadPid: number): Promise<void> {
  const [pid, ...rest] = (await readFile(pidFile(home), 'utf8')).split('\n');
  if (Number(pid) === deadPid) await writeFile(pidFile(home), [process.pid, ...rest].join('\n'));
}

/** Listens on the port for a moment; answers with it, or with nothing when it is taken. Port 0 is any free one. */
async function tryPort(port: number): Promise<number | undefined> {
  const server = createServer().listen(port, '127.0.0.1');
  try {
    await once(server, 'listening');
    const address = server.address();
    return address !== null && typeof address === 'object' ? address.port : undefined;
  } catch {
    return undefined;
  } finally {
    server.close();
  }
}

/** A port of 127.0.0.1 that is free now: `preferred` if it is, else one the system chooses. */
export async function freePort(preferred?: number): Promise<number> {
  const port = (await tryPort(preferred ?? 0)) ?? (await tryPort(0));
  if (port === undefined) throw new OperatorError('127.0.0.1 has no free port for the database.');
  return port;
}

/** A server process we have just started. `exited` resolves with what it wrote to its log when it ends. */
export interface StartedPostmaster {
  readonly exited: Promise<string>;
}

/** Starts the server process, apart from our own process group: Ctrl-C is for us, and a crash of ours leaves it whole. */
export async function spawnPostmaster(options: PostmasterOptions, port: number): Promise<StartedPostmaster> {
  const { home, account, binaries } = options;
  await rename(logFile(home), `${logFile(home)}.before`).catch(() => undefined);
  const log = await open(logFile(home), 'w', 0o600);
  const settings = {
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    timezone: 'UTC',
    log_timezone: 'UTC',
    ...options.settings,
  };
  const args = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const child = spawn(binaries.postgres, ['-D', clusterFolder(home), '-p', String(port), ...args], {
    ...account.switchTo,
    cwd: home.folder,
    env: programEnvironment(),
    detached: true,
    stdio: ['ignore', log.fd, log.fd],
  });
  const exited = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('exit', () => resolve(readFile(logFile(home), 'utf8').catch(() => '')));
  });
  child.unref();
  await log.close();
  return { exited };
}

/** Shuts the server down fast: open transactions are rolled back, connections ended, data flushed. */
export async function stopPostmaster({ home, account, binaries }: PostmasterOptions): Promise<void> {
  await promisify(execFile)(binaries.pgCtl, ['stop', '-D', clusterFolder(home), '-m', 'fast', '-w'], {
    ...account.switchTo,
    cwd: home.folder,
    env: programEnvironment(),
  });
}
