/** The parts list: what there is and what stands on what. Nothing else constructs. */
import path from 'node:path';

import type { Engine } from '@icana/engine';
import type { Logger } from 'pino';

import type { Settings } from './config/load-settings.ts';
import { createAccounts, type Accounts } from './features/accounts/accounts.service.ts';
import { createApiKeys, type ApiKeys } from './features/api-keys/api-keys.service.ts';
import { createAudit } from './features/audit/audit.service.ts';
import { sellerIn, topUpModeIn } from './features/billing/billing-settings.ts';
import { createLowBalanceNotices } from './features/billing/low-balance.ts';
import { createPaymentReports } from './features/billing/payment-reports.ts';
import { createPayments } from './features/billing/payments.service.ts';
import { createStatements } from './features/billing/statements.ts';
import { createCredits, type Credits } from './features/credits/credits.service.ts';
import { createDashboardJobs } from './features/jobs/dashboard-jobs.ts';
import { createDeletions } from './features/jobs/deletions.ts';
import { createJobAttempts } from './features/jobs/job-attempts.ts';
import { createJobChunks } from './features/jobs/job-chunks.ts';
import { createJobFeed } from './features/jobs/job-feed.ts';
import { createJobEditing } from './features/jobs/job-editing.ts';
import { createJobFiles } from './features/jobs/job-files.ts';
import { createJobLifecycle } from './features/jobs/job-lifecycle.ts';
import { createJobSpeakers } from './features/jobs/job-speakers.ts';
import { JOB_TASKS } from './features/jobs/job-tasks.ts';
import { createJobWaiting } from './features/jobs/job-waiting.ts';
import { createJobWatch } from './features/jobs/job-watch.ts';
import { createJobs } from './features/jobs/jobs.service.ts';
import { createOutlooks } from './features/jobs/outlooks.ts';
import { createPrepareHandler } from './features/jobs/prepare-handler.ts';
import { createRecogniseHandler } from './features/jobs/recognise-handler.ts';
import { createRefunds } from './features/jobs/refunds.ts';
import { createResubmissions } from './features/jobs/resubmissions.ts';
import { createTranscribeHandler } from './features/jobs/transcribe-handler.ts';
import { countingEnds } from './features/metrics/counted-ends.ts';
import { createMetrics } from './features/metrics/metrics.service.ts';
import { createOpenAiTranscriptions } from './features/openai/openai.service.ts';
import { createRateLimits } from './features/rate-limits/rate-limits.service.ts';
import { createAuthEvents } from './features/sign-in/auth-events.ts';
import { createAuthLibrary } from './features/sign-in/auth-library.ts';
import { identityProviderIn } from './features/sign-in/identity-provider.ts';
import { createAccountClosing } from './features/own-data/account-closing.ts';
import { createAccountExport } from './features/own-data/account-export.ts';
import { createOwnAccount } from './features/sign-in/own-account.service.ts';
import { createSignInMails } from './features/sign-in/sign-in-mails.ts';
import { createSignIn } from './features/sign-in/sign-in.service.ts';
import { createDocuments } from './features/transcripts/documents.ts';
import { createRecounting } from './features/transcripts/recounting.ts';
import { createTranscripts } from './features/transcripts/transcripts.service.ts';
import { createResumableUploads } from './features/uploads/resumable/resumable-uploads.service.ts';
import { createTusCarrier } from './features/uploads/resumable/tus-carrier.ts';
import { SLOWEST_PACE, type UploadPace } from './features/uploads/upload-pace.ts';
import type { Languages } from './features/uploads/uploads.rules.ts';
import { createUploads, type UploadLimits } from './features/uploads/uploads.service.ts';
import { createUsageHistories } from './features/usage/usage-history.ts';
import { createUsageReports } from './features/usage/usage.service.ts';
import { createDeliverHandler } from './features/webhooks/deliver-handler.ts';
import { deliverTask } from './features/webhooks/deliver-task.ts';
import { createWebhooks } from './features/webhooks/webhooks.service.ts';
import { createDatabase, type DatabaseAccess } from './infra/database/database.ts';
import { startEmbeddedPostgres } from './infra/database/embedded/embedded-postgres.ts';
import { migrate } from './infra/database/migrations.ts';
import { listenForSignals, type SignalListener } from './infra/database/signals.ts';
import { createOutgoingRequests } from './infra/http/outgoing/outgoing-requests.ts';
import { createPublicUrl, type PublicUrl } from './infra/http/public-url.ts';
import { mailTask } from './infra/mail/mail-task.ts';
import { createMails, type Mails } from './infra/mail/mails.ts';
import { createSendMailHandler } from './infra/mail/send-mail-handler.ts';
import { createQueue, type TaskQueue } from './infra/queue/queue.ts';
import { createFileStorage } from './infra/storage/file-storage.ts';
import type { ObjectStorage } from './infra/storage/object-storage.ts';
import { systemClock } from './lib/clock.ts';

const PRICING = { microAudPerMinute: 16_000, minimumMicroAud: 500_000 };
const WELCOME_MICRO_AUD = 1_440_000;
const RATE_WINDOW_MS = 60_000;
const MAIL_WINDOW_MS = 60 * 60_000;
/** Documents, archives and speakers counted anew, of one account in a minute: far more than a person asks for. */
const COSTLY_REQUESTS = 120;
const TOP_UP_WINDOW_MS = 60 * 60_000;
const TOP_UPS_AN_HOUR = 20;
/** Revoked keys and suspended accounts are turned away everywhere after this long. */
const RECENT_KEY_MS = 500;
/** Between a row that says that a file goes, and its going. */
const FILES_FOLLOW_WITHIN_MS = 2000;
const BYTES_PER_MB = 1024 * 1024;
const MOST_LONG_UPLOADS = 20;
/** What an account may have uploaded without having made jobs of it, as far as it is not more than ten of the largest. */
const MOST_OPEN_UPLOADS = 50;
const MOST_FULL_SIZE_UPLOADS = 10;

/** What the services stand on, each exchangeable for its like: a real server for the built-in one. */
export interface Foundations {
  readonly database: DatabaseAccess;
  readonly queue: TaskQueue;
  /** Hears what is told on a channel of the database, on a connection of its own until closed. */
  readonly listen: (channel: string, onSignal: (payload?: string) => void) => SignalListener;
  readonly storage: ObjectStorage;
  readonly log: Logger;
  /** Whether no other service can be on the database: certain of the built-in one, which has one service at a time. */
  readonly alone: boolean;
  /** Lets go of them in the right order. The queue must have been stopped. */
  close(): Promise<void>;
}

/**
 * Opens the database that the settings name, or the built-in one, at this version's schema.
 *
 * @param as a data folder has one `service` and any number of guests besides
 */
export async function openFoundations(
  settings: Settings,
  { as, log }: { as: 'service' | 'guest'; log: Logger },
): Promise<Foundations> {
  const { dataDir, databaseUrl, databaseConnections: maxConnections } = settings;
  const onError = (err: Error) => log.error({ err }, 'the database or the queue is in trouble');
  const embedded = databaseUrl ? undefined : await startEmbeddedPostgres({ dataDir, as, onRevival: onError });
  const url = databaseUrl ?? embedded!.url;
  try {
    for (const name of await migrate({ url })) log.info({ migration: name }, 'migrated');
  } catch (error) {
    await embedded?.stop();
    throw error;
  }
  const database = createDatabase({ url, maxConnections, onIdleError: onError });
  return {
    database,
    queue: createQueue({ url, tasks: [...JOB_TASKS, deliverTask, mailTask], onError }),
    listen: (channel, onSignal) => listenForSignals({ url, channel, onSignal, onError }),
    storage: createFileStorage({ folder: path.join(dataDir, 'objects') }),
    log,
    alone: embedded !== undefined && as === 'service',
    async close() {
      await database.close();
      await embedded?.stop();
    },
  };
}

export type Services = ReturnType<typeof composeServices>;

/** Everything an operator or a customer can ask for, but for what needs the speech engine. */
export function composeServices(foundations: Foundations, settings: Settings) {
  const { queue, listen, storage, log } = foundations;
  const database = foundations.database.db;
  const clock = systemClock;
  const credits = createCredits({ database, clock, pricing: PRICING });
  const transcripts = createTranscripts({
    database,
    clock,
    recount: createRecounting(),
    writeDocument: createDocuments(),
  });
  const outgoing = createOutgoingRequests({ allowPrivate: settings.webhookAllowPrivate });
  const webhooks = createWebhooks({ database, clock, queue, outgoing });
  const metrics = createMetrics({ database, queue });
  const lifecycle = countingEnds(
    createJobLifecycle({ database, clock, credits, transcripts, queue, webhooks }),
    metrics,
  );
  const onWatchError = (err: Error) => log.error({ err }, 'jobs that are waited for could not be read');
  const jobWatch = createJobWatch({ database, listen, onError: onWatchError });
  const limits = {
    submit: settings.rateLimitSubmit,
    request: settings.rateLimitRequest,
    'bad-key': settings.rateLimitBadKey,
  };
  const chunks = createJobChunks({ database, clock, lifecycle, queue, storage, log });
  const outlooks = createOutlooks({
    database,
    clock,
    engineProcesses: settings.engineProcesses,
    onError: (err) => log.warn({ err }, 'how long work takes was not noted'),
  });
  const jobs = createJobs({ database, clock, transcripts, outlooks });
  const accounts = createAccounts({ database, clock, credits, welcomeMicroAud: WELCOME_MICRO_AUD });
  const jobSpeakers = createJobSpeakers({ database, clock, transcripts });
  const apiKeys = createApiKeys({ database, clock, prefix: settings.keyPrefix, recentMs: RECENT_KEY_MS });
  const signIn = composeSignIn(foundations, { settings, accounts, apiKeys });
  const jobWaiting = createJobWaiting({ database, clock, watch: jobWatch, outlooks });
  const dashboardJobs = createDashboardJobs({ database, clock, outlooks });
  const billing = composeBilling(foundations, { ...signIn, settings, credits });
  const jobFiles = createJobFiles({ database, transcripts, storage });
  return {
    credits,
    lifecycle,
    accounts,
    ...signIn,
    ...billing,
    apiKeys,
    rateLimits: createRateLimits({ database, limits, windowMs: RATE_WINDOW_MS }),
    dashboardLimits: createRateLimits({
      database,
      limits: { costly: COSTLY_REQUESTS, dashboard: settings.rateLimitDashboard },
      windowMs: RATE_WINDOW_MS,
    }),
    jobs,
    jobWatch,
    jobWaiting,
    dashboardJobs,
    jobFeed: createJobFeed({ database, watch: jobWatch, dashboardJobs, onError: onWatchError }),
    jobFiles,
    accountExport: createAccountExport({
      clock,
      accounts,
      apiKeys,
      webhooks,
      statements: billing.statements,
      dashboardJobs,
      jobFiles,
    }),
    accountClosing: createAccountClosing({
      database,
      accounts,
      apiKeys,
      webhooks,
      signIn: signIn.signIn,
      mails: signIn.mails,
    }),
    jobSpeakers,
    jobEditing: createJobEditing({ database, transcripts, jobSpeakers }),
    openAi: createOpenAiTranscriptions({
      jobs,
      jobWaiting,
      transcripts,
      lifecycle,
      longestMs: settings.openAiSeconds * 1000,
    }),
    outlooks,
    chunks,
    deletions: createDeletions({ database, clock, lifecycle, transcripts, chunks, storage, log }),
    webhooks,
    deliverHandler: createDeliverHandler({
      database,
      clock,
      outgoing,
      jobs,
      log,
      onTry: metrics.webhookTried,
    }),
    metrics,
    metricsAccess: { token: settings.metricsToken, behindProxy: settings.trustProxy },
    resubmissions: createResubmissions({ database, lifecycle, credits, storage }),
    refunds: createRefunds({ database, credits }),
    audit: createAudit({
      database,
      storage,
      tasks: JOB_TASKS,
      secondLookAfterMs: FILES_FOLLOW_WITHIN_MS,
    }),
    usage: createUsageReports({ database, clock, credits }),
    usageHistories: createUsageHistories({ database, clock, apiKeys }),
  };
}

/** What takes payments, and accounts for every movement of credit. */
function composeBilling(
  { database: { db: database }, log }: Foundations,
  parts: { settings: Settings; credits: Credits; mails: Mails; publicUrl: PublicUrl },
) {
  const { settings, credits, mails, publicUrl } = parts;
  const clock = systemClock;
  const mode = topUpModeIn(settings);
  const limits = createRateLimits({
    database,
    limits: { 'top-up': TOP_UPS_AN_HOUR },
    windowMs: TOP_UP_WINDOW_MS,
  });
  return {
    paymentService: mode.name === 'stripe' ? mode.service : null,
    payments: createPayments({ database, clock, credits, mode, publicUrl, limits, log }),
    paymentReports: createPaymentReports({ database, clock, credits, log }),
    statements: createStatements({ database, credits, seller: sellerIn(settings) }),
    lowBalance: createLowBalanceNotices({ database, mails, publicUrl }),
  };
}

/** What lets people in, and writes to them. */
function composeSignIn(
  { database: { db: database }, queue, log }: Foundations,
  { settings, accounts, apiKeys }: { settings: Settings; accounts: Accounts; apiKeys: ApiKeys },
) {
  const { smtpUrl, mailFrom, rateLimitSignIn, rateLimitMail } = settings;
  const clock = systemClock;
  const publicUrl = createPublicUrl(settings.publicUrl);
  const mails = createMails({ database, queue, clock, areSent: smtpUrl !== undefined });
  const signInMails = createSignInMails({ mails, publicUrl });
  const provider = identityProviderIn(settings);
  const events = createAuthEvents({ database, clock, accounts, apiKeys, mails: signInMails });
  const library = createAuthLibrary({ database, publicUrl, provider, events, log, settings });
  return {
    publicUrl,
    mails,
    sendMailHandler: createSendMailHandler({ smtpUrl, from: mailFrom, log }),
    signIn: createSignIn({ database, clock, accounts, mails: signInMails, publicUrl, library }),
    ownAccount: createOwnAccount({ database, clock, mails: signInMails, library }),
    signInLimits: {
      tries: createRateLimits({ database, limits: { 'sign-in': rateLimitSignIn }, windowMs: RATE_WINDOW_MS }),
      mails: createRateLimits({ database, limits: { mail: rateLimitMail }, windowMs: MAIL_WINDOW_MS }),
    },
    signInOptions: {
      providerName: provider?.name ?? null,
      mailIsSent: mails.areSent,
      welcomeMicroAud: WELCOME_MICRO_AUD,
      welcomeMinutes: Math.floor(WELCOME_MICRO_AUD / PRICING.microAudPerMinute),
    },
    // TLS ends at a proxy: what that passes on is not this machine's, whether the proxy says so or not.
    outboxIsShown: !mails.areSent && !settings.trustProxy && !settings.publicUrl?.startsWith('https:'),
  };
}

/** What the service needs of the speech engine. */
export type SpeechEngine = Pick<Engine, 'probe' | 'transcribe' | 'prepare' | 'recogniseChunk'>;

export type SpeechServices = ReturnType<typeof composeSpeechServices>;

/** What takes recordings in and works on them. */
export function composeSpeechServices(
  { database, storage, log }: Foundations,
  { lifecycle, chunks, credits, jobWatch }: Services,
  {
    engine,
    models,
    settings,
    slowestPace = SLOWEST_PACE,
  }: { engine: SpeechEngine; models: Languages; settings: Settings; slowestPace?: UploadPace },
) {
  const maxBytes = settings.maxUploadMb * BYTES_PER_MB;
  const limits: UploadLimits = { maxBytes, mostLongUploads: MOST_LONG_UPLOADS, slowestPace };
  const reception = { lifecycle, credits, engine, models };
  const uploads = createUploads({ ...reception, watch: jobWatch, storage, log, limits });
  const inPieces = path.join(settings.dataDir, 'resumable');
  const resumableUploads = createResumableUploads({
    ...reception,
    database: database.db,
    clock: systemClock,
    uploads,
    folder: inPieces,
    limits: { maxBytes, mostUploads: MOST_OPEN_UPLOADS, mostBytes: MOST_FULL_SIZE_UPLOADS * maxBytes },
  });
  const attempts = createJobAttempts({ lifecycle, watch: jobWatch, clock: systemClock, log });
  const work = { attempts, engine, storage, log };
  return {
    uploads,
    resumableUploads,
    tusCarrier: createTusCarrier({ folder: inPieces, sizeOf: resumableUploads.announcedSize }),
    transcribeHandler: createTranscribeHandler({ ...work, lifecycle, concurrency: settings.jobsAtOnce }),
    prepareHandler: createPrepareHandler({ ...work, lifecycle, chunks }),
    recogniseHandler: createRecogniseHandler({
      ...work,
      chunks,
      engineProcesses: settings.engineProcesses,
    }),
  };
}
