import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { AudioFacts, Engine, Transcript } from '@icana/engine';
import { pino } from 'pino';
import { addApi } from '../../server/src/api.ts';
import { createAccounts } from '../../server/src/features/accounts/accounts.service.ts';
import { createApiKeys } from '../../server/src/features/api-keys/api-keys.service.ts';
import { createCredits } from '../../server/src/features/credits/credits.service.ts';
import type { ReadinessChecks } from '../../server/src/features/health/health.routes.ts';
import { createJobLifecycle } from '../../server/src/features/jobs/job-lifecycle.ts';
import { createJobs } from '../../server/src/features/jobs/jobs.service.ts';
import { createResubmissions } from '../../server/src/features/jobs/resubmissions.ts';
import { createTranscribeHandler } from '../../server/src/features/jobs/transcribe-handler.ts';
import { transcribeTask } from '../../server/src/features/jobs/transcribe-task.ts';
import { createRateLimits, type Limits } from '../../server/src/features/rate-limits/rate-limits.service.ts';
import { createTranscripts } from '../../server/src/features/transcripts/transcripts.service.ts';
import { createUploads } from '../../server/src/features/uploads/uploads.service.ts';
import { createUsageReports } from '../../server/src/features/usage/usage.service.ts';
import { createHttpServer, type HttpTimeouts } from '../../server/src/infra/http/http-server.ts';
import { createQueue, type TaskQueue } from '../../server/src/infra/queue/queue.ts';
import { createFileStorage } from '../../server/src/infra/storage/file-storage.ts';
import type { ObjectStorage } from '../../server/src/infra/storage/object-storage.ts';
import { systemClock } from '../../server/src/lib/clock.ts';
import { createTestDatabase } from './test-database.ts';

/** What a test says the engine makes of a recording: the only part that is not the service's own. */
interface ScriptedEngine {
  probe?: (file: string) => Promise<Partial<AudioFacts>>;
  transcribe?: Engine['transcribe'];
}

export interface TestServiceOptions {
  readonly engine?: ScriptedEngine;
  readonly limits?: Partial<Limits>;
  readonly maxBytes?: number;
  readonly timeouts?: HttpTimeouts;
  readonly readiness?: ReadinessChecks;
  readonly onRoute?: (route: { method: string; url: string }) => void;
  /** Work on queued recordings; off where a test wants to see them wait. */
  readonly working?: boolean;
  readonly wrapStorage?: (storage: ObjectStorage) => ObjectStorage;
  readonly wrapQueue?: (queue: TaskQueue) => TaskQueue;
}

const SILENCE: Transcript = { durationSeconds: 10, speakerCount: 0, segments: [], suppressed: [] };

export type TestService = Awaited<ReturnType<typeof startTestService>>;

const WELCOME_MICRO_AUD = 1_440_000;
const NO_LIMITS: Limits = { submit: 1e6, request: 1e6, 'bad-key': 1e6 };

/** The whole service on a database, a storage folder and a port of its own. */
export async function startTestService(options: TestServiceOptions = {}) {
  const { engine = {}, maxBytes = 1024 * 1024, working = true } = options;
  const database = await createTestDatabase();
  const { db } = database;
  const folder = await mkdtemp(path.join(tmpdir(), 'icana-service-'));
  const plainStorage = createFileStorage({ folder });
  const storage = options.wrapStorage?.(plainStorage) ?? plainStorage;
  const logLines: string[] = [];
  const log = pino({ level: 'info' }, { write: (line) => void logLines.push(line) });
  const clock = systemClock;
  const errors: Error[] = [];

  const plainQueue = createQueue({
    url: database.url,
    tasks: [transcribeTask],
    onError: (error) => errors.push(error),
  });
  const queue = options.wrapQueue?.(plainQueue) ?? plainQueue;
  const pricing = { microAudPerMinute: 16_000, minimumMicroAud: 500_000 };
  const credits = createCredits({ database: db, clock, pricing });
  const accounts = createAccounts({ database: db, clock, credits, welcomeMicroAud: WELCOME_MICRO_AUD });
  const apiKeys = createApiKeys({ database: db, clock, prefix: 'sk_test_' });
  const limits = { ...NO_LIMITS, ...options.limits };
  const rateLimits = createRateLimits({ database: db, limits, windowMs: 60_000 });
  const transcripts = createTranscripts({ database: db, clock });
  const jobs = createJobs({ database: db, clock, transcripts });
  const lifecycle = createJobLifecycle({ database: db, clock, credits, transcripts, queue });
  const resubmissions = createResubmissions({ database: db, lifecycle, storage });
  const usage = createUsageReports({ database: db, clock, credits });
  const scripted = {
    probe: async (file: string) => ({
      container: 'wav',
      durationSeconds: 10,
      ...(await engine.probe?.(file)),
    }),
    transcribe: engine.transcribe ?? (async () => SILENCE),
  };
  const uploads = createUploads({
    lifecycle,
    credits,
    storage,
    engine: scripted,
    log,
    limits: { maxBytes, languages: ['en'] },
  });
  const handler = createTranscribeHandler({
    lifecycle,
    engine: scripted,
    storage,
    clock,
    log,
    concurrency: 2,
  });

  await queue.start();
  if (working) queue.consume(transcribeTask, handler);
  const server = await createHttpServer({ log, ...(options.timeouts && { timeouts: options.timeouts }) });
  server.addHook('onRoute', ({ method, url }) => {
    for (const each of [method].flat()) options.onRoute?.({ method: each, url });
  });
  await addApi(server, {
    version: '0.0.0',
    apiKeys,
    rateLimits,
    uploads,
    jobs,
    usage,
    readiness: {
      database: () => db.selectFrom('accounts').select('id').limit(1).execute(),
      ...options.readiness,
    },
  });
  const url = await server.listen({ port: 0, host: '127.0.0.1' });

  let people = 0;
  return {
    db,
    url,
    server,
    folder,
    accounts,
    apiKeys,
    credits,
    jobs,
    lifecycle,
    resubmissions,
    uploads,
    storage,
    handler,
    queue,
    errors,
    logLines,

    /** A new account with AUD 1.44, and a key to it. */
    async newCustomer() {
      const { id, email } = await accounts.create(`person-${(people += 1)}@example.org`);
      const { key } = await apiKeys.create(id, 'test');
      return { accountId: id, email, key };
    },

    async close() {
      await server.close();
      await queue.stop({ graceMs: 1000 });
      await database.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
