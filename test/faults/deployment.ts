import { execFile } from 'node:child_process';
import { chmod, mkdir, mkdtemp, open, readFile, rm, type FileHandle } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

import { startEmbeddedPostgres } from '../../server/src/infra/database/embedded/embedded-postgres.ts';
import { createApiClient, type ApiClient } from '../support/api-client.ts';
import { startServiceProcess, type ServiceProcess } from '../support/service-process.ts';

const COMMAND = path.resolve(import.meta.dirname, '../../server/bin/icana.js');

/** `alone`: one service with its built-in database. `pair`: two services on one database server and one folder. */
export type DeploymentKind = 'alone' | 'pair';

/** One service, which may be down. */
export interface Node {
  readonly name: string;
  readonly service: ServiceProcess | undefined;
  start(): Promise<void>;
  /** Forgets the process, which has ended or is about to. */
  drop(): void;
}

export interface Deployment {
  readonly kind: DeploymentKind;
  readonly nodes: readonly Node[];
  /** Everything of the deployment lies here, and every process of it has this folder's name in its environment. */
  readonly folder: string;
  readonly objects: string;
  readonly temporary: string;
  readonly logFile: string;
  /** A client on any node that is up, with the key. */
  client(key: string): ApiClient;
  /** Runs `icana admin …` as an operator would, and gives what it says. */
  admin(...args: string[]): Promise<Record<string, unknown>>;
  postmasterPid(): Promise<number>;
  /** Lends the database, also when no node is up. */
  withDatabase<Result>(use: (url: string) => Promise<Result>): Promise<Result>;
  /** Ends what runs, kindly; tells of a node that does not end with code 0. */
  stop(): Promise<string[]>;
  remove(): Promise<void>;
}

/** Puts a deployment into a new folder and starts it. */
export async function deploy(kind: DeploymentKind): Promise<Deployment> {
  const folder = await mkdtemp(path.join(tmpdir(), 'icana-faults-'));
  // The built-in database has a user of its own, who must get here.
  await chmod(folder, 0o711);
  const dataDir = path.join(folder, 'data');
  const temporary = path.join(folder, 'tmp');
  const serverDir = kind === 'pair' ? path.join(folder, 'server') : dataDir;
  for (const each of [dataDir, temporary]) await mkdir(each, { mode: 0o711 });
  const logFile = path.join(folder, 'service.log');
  let log: FileHandle | undefined = await open(logFile, 'a');
  let server =
    kind === 'pair' ? await startEmbeddedPostgres({ dataDir: serverDir, as: 'service' }) : undefined;
  const environment = {
    TMPDIR: temporary,
    RATE_LIMIT_BAD_KEY: '100000',
    ...(server && { DATABASE_URL: server.url }),
  };

  function createNode(name: string): Node {
    let service: ServiceProcess | undefined;
    return {
      name,
      get service() {
        return service;
      },
      async start() {
        service = await startServiceProcess(dataDir, environment, { ...(log && { log: log.fd }) });
        const { process: started } = service;
        const endWithUs = () => void started.kill('SIGKILL');
        process.once('exit', endWithUs);
        started.once('exit', () => process.off('exit', endWithUs));
      },
      drop() {
        service = undefined;
      },
    };
  }
  const nodes = (kind === 'pair' ? ['a', 'b'] : ['a']).map(createNode);
  for (const node of nodes) await node.start();
  let turn = 0;

  return {
    kind,
    nodes,
    folder,
    objects: path.join(dataDir, 'objects'),
    temporary,
    logFile,
    client(key) {
      const up = nodes.flatMap(({ service }) => service ?? []);
      const service = up[turn++ % up.length];
      if (!service) throw new TypeError('no service is up');
      return createApiClient(service.url, key);
    },
    async admin(...args) {
      const env = { ...process.env, DATA_DIR: dataDir, ...environment };
      const run = promisify(execFile)(process.execPath, [COMMAND, 'admin', ...args, '--json'], { env });
      return JSON.parse((await run).stdout) as Record<string, unknown>;
    },
    async postmasterPid() {
      const file = path.join(serverDir, 'postgres', 'cluster', 'postmaster.pid');
      return Number((await readFile(file, 'utf8')).split('\n')[0]);
    },
    async withDatabase(use) {
      const guest = await startEmbeddedPostgres({ dataDir: serverDir, as: 'guest' });
      try {
        return await use(guest.url);
      } finally {
        await guest.stop();
      }
    },
    async stop() {
      const complaints: string[] = [];
      for (const node of nodes) {
        const code = await node.service?.interrupt();
        if (code !== 0 && node.service) complaints.push(`node ${node.name} ended with code ${code}`);
        node.drop();
      }
      await server?.stop();
      await log?.close();
      server = log = undefined;
      return complaints;
    },
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}
