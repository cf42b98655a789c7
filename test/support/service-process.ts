import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';

import { createApiClient, type ApiClient } from './api-client.ts';

/** Tests ask more often than people may. */
const PATIENT = { RATE_LIMIT_REQUEST: '100000', RATE_LIMIT_SUBMIT: '100000' };
const COMMAND = path.resolve(import.meta.dirname, '../../server/bin/icana.js');

/** The real service, started as a person starts it. */
export interface ServiceProcess {
  readonly url: string;
  /** The key that its start printed; empty where the database is not the built-in one, and there is none. */
  readonly key: string;
  /** Everything that its start printed. */
  readonly greeting: string;
  readonly client: ApiClient;
  readonly process: ChildProcess;
  /** Resolves with its exit code when it ends, null when a signal ended it. */
  readonly exited: Promise<number | null>;
  /** Runs `icana admin …` beside it. */
  admin(...words: string[]): Promise<void>;
  /** Process ids of its engine processes. */
  enginePids(): Promise<number[]>;
  /** As `kill -9` would. */
  kill(): Promise<void>;
  /** As Ctrl-C would; answers with the exit code. */
  interrupt(): Promise<number | null>;
}

/**
 * Starts `icana start` on a data folder, on a free port, and waits until it says that it listens.
 *
 * @param log the open file that its log goes to, instead of to the tests' own output
 */
export async function startServiceProcess(
  dataDir: string,
  environment: Record<string, string> = {},
  { log }: { log?: number } = {},
): Promise<ServiceProcess> {
  const child = spawn(process.execPath, [COMMAND, 'start'], {
    env: { ...process.env, DATA_DIR: dataDir, PORT: '0', LOG_LEVEL: 'warn', ...PATIENT, ...environment },
    stdio: ['ignore', 'pipe', log ?? 'inherit'],
  });
  const exited = once(child, 'exit').then(([code]) => code as number | null);
  const lines: string[] = [];
  for await (const line of createInterface({ input: child.stdout! })) {
    lines.push(line);
    if (line.includes('Ctrl-C')) break;
  }
  const greeting = lines.join('\n');
  const url = /^Listening on (\S+)$/m.exec(greeting)?.[1];
  const key = /^API key: (\S+)$/m.exec(greeting)?.[1] ?? '';
  if (!url) throw new Error(`the service did not start: ${greeting}`);

  return {
    url,
    key,
    greeting,
    client: createApiClient(url, key),
    process: child,
    exited,
    async admin(...words) {
      const env = { ...process.env, DATA_DIR: dataDir, ...environment };
      await promisify(execFile)(process.execPath, [COMMAND, 'admin', ...words], { env });
    },
    enginePids: () => childrenOf(child.pid!),
    async kill() {
      child.kill('SIGKILL');
      await exited;
    },
    async interrupt() {
      child.kill('SIGINT');
      return await exited;
    },
  };
}

/** Its child processes that run the engine's program. */
async function childrenOf(parent: number): Promise<number[]> {
  const list = spawn('ps', ['-A', '-o', 'pid=,ppid=,args=']);
  const output = (await list.stdout.setEncoding('utf8').toArray()).join('');
  return output
    .split('\n')
    .map((line) => /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line))
    .filter((match) => Number(match?.[2]) === parent && match?.[3]?.includes('process/child.ts'))
    .map((match) => Number(match![1]));
}
