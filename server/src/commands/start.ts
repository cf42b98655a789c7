import { createEngine } from '@icana/engine';
import { createModelStore, defaultModelPaths } from '@icana/engine/models';
import type { Command } from 'commander';

import { addApi } from '../api.ts';
import { composeServices, composeSpeechServices, openFoundations } from '../compose.ts';
import { loadSettings } from '../config/load-settings.ts';
import { ensureDemoKey } from '../features/api-keys/demo-key.ts';
import { createHttpServer } from '../infra/http/http-server.ts';
import { createLog } from '../log.ts';
import { VERSION } from '../version.ts';
import { startWorker } from '../worker.ts';
import { welcome } from './welcome.ts';

/** Requests under way get this long to end by themselves when the service is told to stop. */
const DRAIN_MS = 5_000;

/** `icana start`: the whole service in one process and its engine processes, until Ctrl-C. */
export function registerStartCommand(program: Command): void {
  program.command('start').description('start the service on this machine').action(start);
}

async function start(): Promise<void> {
  const settings = loadSettings(process.env);
  const log = createLog(settings.logLevel);
  const models = await defaultModelPaths({ store: createModelStore({ directory: settings.modelsDir }) });

  const foundations = await openFoundations(settings, { as: 'service', log });
  const engine = createEngine({ models, processes: settings.engineProcesses });
  const services = composeServices(foundations, settings);
  const speech = composeSpeechServices(foundations, services, { engine, settings });
  const server = await createHttpServer({ log, trustProxy: settings.trustProxy });
  const database = foundations.database.db;
  const readiness = { database: () => database.selectFrom('accounts').select('id').limit(1).execute() };
  await addApi(server, { ...services, ...speech, version: VERSION, readiness });

  await foundations.queue.start();
  const stopWorker = startWorker(foundations, services, speech);
  const url = await server.listen({ host: settings.host, port: settings.port });
  // A deployment with a database of its own has no demo account.
  const key = settings.databaseUrl
    ? undefined
    : await ensureDemoKey({ ...services, dataDir: settings.dataDir });
  process.stdout.write(welcome(url, key));

  await askedToStop();
  log.info('stopping: what is under way is put back and goes on at the next start');
  const cutOff = setTimeout(() => server.server.closeAllConnections(), DRAIN_MS);
  await server.close();
  clearTimeout(cutOff);
  await stopWorker();
  engine.close();
  await foundations.close();
}

/** Resolves at the first Ctrl-C or SIGTERM; a second Ctrl-C ends the process there and then. */
async function askedToStop(): Promise<void> {
  await new Promise<void>((resolve) => {
    process.once('SIGINT', () => resolve());
    process.once('SIGTERM', () => resolve());
  });
}
