import { createEngine } from '@icana/engine';
import { interruptible } from '@icana/engine/commands';
import { createModelStore, openSpeechModels } from '@icana/engine/models';
import { builtPages } from '@icana/web';
import type { Command } from 'commander';

import { addApi } from '../api.ts';
import { openFoundations } from '../compose/foundations.ts';
import { composeOperatorPages } from '../compose/operators.ts';
import { composeServices } from '../compose/services.ts';
import { composeSpeechServices } from '../compose/speech.ts';
import { loadSettings, type Settings } from '../config/load-settings.ts';
import { addDashboard } from '../dashboard.ts';
import { ensureDemoKey } from '../features/api-keys/demo-key.ts';
import { createHttpServer, type HttpServer } from '../infra/http/http-server.ts';
import { addPages } from '../infra/http/pages.ts';
import { OperatorError } from '../lib/operator-error.ts';
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
  const folder = await builtPages({ onBuild: () => log.info('building the pages, for the first time') });
  const modelStore = createModelStore({ directory: settings.modelsDir });
  const byLanguage = settings.languageModels;
  const models = await interruptible((signal) => openSpeechModels({ store: modelStore, byLanguage, signal }));

  // Closed in reverse, also when a later step of the start fails.
  await using opened = new AsyncDisposableStack();
  const foundations = opened.adopt(await openFoundations(settings, { as: 'service', log }), (it) =>
    it.close(),
  );
  const services = composeServices(foundations, settings);
  opened.defer(() => services.jobWatch.close());
  const engine = opened.adopt(
    createEngine({
      models,
      processes: settings.engineProcesses,
      onMeasured: (measure) => services.outlooks.learn(measure),
    }),
    (it) => it.close(),
  );
  // Beside the start, which does not wait for it; what is wrong with the models is told by the first job.
  engine.warmUp().catch((err: unknown) => log.debug({ err }, 'the speech models are not loaded yet'));
  services.metrics.watchProcess();
  services.metrics.watchEngine(engine);
  const speech = composeSpeechServices(foundations, services, { engine, models, settings });
  const database = foundations.database.db;
  const readiness = { database: () => database.selectFrom('accounts').select('id').limit(1).execute() };
  const operation = composeOperatorPages(foundations, services, {
    settings,
    environment: process.env,
    engine,
    modelStore,
    readiness,
    version: VERSION,
  });
  opened.defer(operation.workers.start());
  opened.defer(() => operation.operatedModels.close());
  await foundations.queue.start({ alone: foundations.alone });
  opened.defer(startWorker(foundations, services, speech));

  const server = opened.adopt(await createHttpServer({ log, trustProxy: settings.trustProxy }), closeServer);
  await addApi(server, { ...services, ...speech, version: VERSION, readiness });
  await addDashboard(server, { ...services, ...speech, ...operation });
  await addPages(server, { folder });
  const url = await listen(server, settings);
  services.publicUrl.listensAt(url);
  // A deployment with a database of its own has no demo account.
  const key = settings.databaseUrl
    ? undefined
    : await ensureDemoKey({ ...services, dataDir: settings.dataDir });
  process.stdout.write(welcome(url, key));

  await askedToStop();
  log.info('stopping: what is under way is put back and goes on at the next start');
}

async function listen(server: HttpServer, { host, port }: Settings): Promise<string> {
  try {
    return await server.listen({ host, port });
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    const problem = code === 'EADDRINUSE' ? 'something else listens there' : message;
    throw new OperatorError(`Port ${port} of ${host} cannot be used (${problem}): set PORT or HOST.`, {
      cause,
    });
  }
}

async function closeServer(server: HttpServer): Promise<void> {
  const cutOff = setTimeout(() => server.server.closeAllConnections(), DRAIN_MS);
  await server.close();
  clearTimeout(cutOff);
}

/** Resolves at the first Ctrl-C or SIGTERM; a second Ctrl-C ends the process there and then. */
async function askedToStop(): Promise<void> {
  const { promise: asked, resolve } = Promise.withResolvers<void>();
  process.on('SIGINT', resolve).on('SIGTERM', resolve);
  await asked;
  // Not by themselves, at the signal: the library that locks models ends the process when nobody else listens to it.
  process.off('SIGINT', resolve).off('SIGTERM', resolve);
}
