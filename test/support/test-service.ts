import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { AudioFacts, Engine, PreparedRecording, Transcript } from '@icana/engine';
import { createModelStore, type ModelStore } from '@icana/engine/models';
import { builtPages } from '@icana/web';
import { pino, type Logger } from 'pino';

import { addApi } from '../../server/src/api.ts';
import { openFoundations, type Foundations } from '../../server/src/compose/foundations.ts';
import { composeOperatorPages } from '../../server/src/compose/operators.ts';
import { composeServices } from '../../server/src/compose/services.ts';
import { composeSpeechServices, type SpeechEngine } from '../../server/src/compose/speech.ts';
import { loadSettings, type Settings } from '../../server/src/config/load-settings.ts';
import { addDashboard } from '../../server/src/dashboard.ts';
import type { ReadinessChecks } from '../../server/src/features/health/readiness.ts';
import type { UploadPace } from '../../server/src/features/uploads/upload-pace.ts';
import { addPages } from '../../server/src/infra/http/pages.ts';
import { createHttpServer, type HttpTimeouts } from '../../server/src/infra/http/http-server.ts';
import type { TaskQueue } from '../../server/src/infra/queue/queue.ts';
import type { ObjectStorage } from '../../server/src/infra/storage/object-storage.ts';
import { startWorker } from '../../server/src/worker.ts';
import { createTestDatabase } from './test-database.ts';

/** What a test says the engine makes of a recording: the only part that is not the service's own. */
interface ScriptedEngine {
  probe?: (file: string) => Promise<Partial<AudioFacts>>;
  transcribe?: Engine['transcribe'];
  prepare?: Engine['prepare'];
  recogniseChunk?: Engine['recogniseChunk'];
}

export interface TestServiceOptions {
  readonly engine?: ScriptedEngine;
  /** Where they differ from a deployment's defaults; rate limits are out of the way unless given. */
  readonly settings?: Partial<Settings>;
  readonly timeouts?: HttpTimeouts;
  readonly slowestPace?: UploadPace;
  readonly readiness?: ReadinessChecks;
  readonly onRoute?: (route: { method: string; url: string }) => void;
  /** With the pages of the dashboard, for tests that look at them. */
  readonly pages?: boolean;
  /** Work on queued recordings; off where a test wants to see them wait. */
  readonly working?: boolean;
  readonly wrapStorage?: (storage: ObjectStorage) => ObjectStorage;
  readonly wrapQueue?: (queue: TaskQueue) => TaskQueue;
  /** The speech models of the machine; none are there unless given. */
  readonly modelStore?: ModelStore;
  /** Another server of the same deployment, whose database and folder this one shares. */
  readonly beside?: { readonly settings: Settings; readonly folder: string };
}

const NO_EVIDENCE = { version: 1, betweenVariances: [], times: '', prints: '' } as const;
const SILENCE: Transcript = {
  durationSeconds: 10,
  speakerCount: 0,
  segments: [],
  suppressed: [],
  speakerEvidence: NO_EVIDENCE,
};
const NO_CHUNKS: PreparedRecording = {
  durationSeconds: 10,
  chunkCount: 0,
  turns: [],
  speakerEvidence: NO_EVIDENCE,
};
/** German is known to the catalogue, and not installed. */
const ENGLISH_ONLY = {
  languages: () => ['en'],
  modelToInstall: (language: string) => (language === 'de' ? 'whisper-small' : undefined),
};
const NO_LIMITS = {
  rateLimitSubmit: 1e6,
  rateLimitRequest: 1e6,
  rateLimitBadKey: 1e6,
  rateLimitDashboard: 1e6,
  rateLimitSignIn: 1e6,
  rateLimitMail: 1e6,
};

export type TestService = Awaited<ReturnType<typeof startTestService>>;

/** The whole service on a database, a storage folder and a port of its own. */
export async function startTestService(options: TestServiceOptions = {}) {
  const { beside } = options;
  const database = beside
    ? { url: beside.settings.databaseUrl, close: async () => {} }
    : await createTestDatabase();
  const folder = beside?.folder ?? (await mkdtemp(path.join(tmpdir(), 'icana-service-')));
  const settings: Settings = {
    ...loadSettings({}),
    ...NO_LIMITS,
    ...options.settings,
    databaseUrl: database.url,
    dataDir: folder,
  };
  const logLines: string[] = [];
  const log = pino({ level: 'info' }, { write: (line) => void logLines.push(line) });
  /** What the database or the queue complained of. */
  const troubles: string[] = [];
  const troubleLog = pino({ level: 'error' }, { write: (line) => void troubles.push(line) });
  const foundations = await openTestFoundations(settings, { ...options, log, troubleLog });

  const services = composeServices(foundations, settings);
  const engine = createScriptedEngine(options.engine);
  const speech = composeSpeechServices(foundations, services, {
    engine,
    models: ENGLISH_ONLY,
    settings,
    ...(options.slowestPace && { slowestPace: options.slowestPace }),
  });
  const { trustProxy } = settings;
  const server = await createHttpServer({
    log,
    trustProxy,
    ...(options.timeouts && { timeouts: options.timeouts }),
  });
  server.addHook('onRoute', ({ method, url }) => {
    for (const each of [method].flat()) options.onRoute?.({ method: each, url });
  });
  const { db } = foundations.database;
  const readiness = {
    database: () => db.selectFrom('accounts').select('id').limit(1).execute(),
    ...options.readiness,
  };
  const operation = composeOperatorPages(foundations, services, {
    settings,
    environment: {},
    engine: { pids: () => [] },
    modelStore: options.modelStore ?? createModelStore({ directory: path.join(folder, 'models') }),
    readiness,
    version: '0.0.0',
  });
  const leave = operation.workers.start();
  await addApi(server, { ...services, ...speech, version: '0.0.0', readiness });
  await addDashboard(server, { ...services, ...speech, ...operation });
  if (options.pages) await addPages(server, { folder: await builtPages() });

  await foundations.queue.start();
  const stopWorker =
    (options.working ?? true)
      ? startWorker(foundations, services, speech)
      : async () => await foundations.queue.stop();
  const url = await server.listen({ port: 0, host: '127.0.0.1' });
  services.publicUrl.listensAt(url);

  let people = 0;
  return {
    ...services,
    ...speech,
    ...operation,
    db,
    url,
    settings,
    folder,
    storage: foundations.storage,
    troubles,
    logLines,

    /** A new account with AUD 1.44, and a key to it. */
    async newCustomer() {
      const { id, email } = await services.accounts.create(`person-${(people += 1)}@example.org`);
      const { key } = await services.apiKeys.create(id, 'test');
      return { accountId: id, email, key };
    },

    async close() {
      await server.close();
      await operation.operatedModels.close();
      await leave();
      await stopWorker();
      await services.jobWatch.close();
      await foundations.close();
      await database.close();
      if (!beside) await rm(folder, { recursive: true, force: true });
    },
  };
}

type Wrapping = Pick<TestServiceOptions, 'wrapStorage' | 'wrapQueue'>;

async function openTestFoundations(
  settings: Settings,
  { wrapStorage, wrapQueue, log, troubleLog }: Wrapping & { log: Logger; troubleLog: Logger },
): Promise<Foundations> {
  const foundations = await openFoundations(settings, { as: 'service', log: troubleLog });
  const { storage, queue } = foundations;
  return {
    ...foundations,
    log,
    storage: wrapStorage?.(storage) ?? storage,
    queue: wrapQueue?.(queue) ?? queue,
  };
}

/** Finds ten seconds of silence in every recording, unless told otherwise. */
function createScriptedEngine({
  probe,
  transcribe,
  prepare,
  recogniseChunk,
}: ScriptedEngine = {}): SpeechEngine {
  return {
    probe: async (file: string) => ({ container: 'wav', durationSeconds: 10, ...(await probe?.(file)) }),
    transcribe: transcribe ?? (async () => SILENCE),
    prepare: prepare ?? (async () => NO_CHUNKS),
    recogniseChunk: recogniseChunk ?? (async () => ({ words: [], suppressed: [] })),
  };
}
