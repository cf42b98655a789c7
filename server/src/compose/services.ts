import type { Settings } from '../config/load-settings.ts';
import { createAccounts } from '../features/accounts/accounts.service.ts';
import { createApiKeys } from '../features/api-keys/api-keys.service.ts';
import { createAudit } from '../features/audit/audit.service.ts';
import { createCredits } from '../features/credits/credits.service.ts';
import { JOB_TASKS } from '../features/jobs/work/job-tasks.ts';
import { createMetrics } from '../features/metrics/metrics.service.ts';
import { createAccountClosing } from '../features/own-data/account-closing.ts';
import { createAccountExport } from '../features/own-data/account-export.ts';
import { createRateLimits } from '../features/rate-limits/rate-limits.service.ts';
import { createUsageHistories } from '../features/usage/usage-history.ts';
import { createUsageReports } from '../features/usage/usage.service.ts';
import { systemClock } from '../lib/clock.ts';
import { composeBilling } from './billing.ts';
import type { Foundations } from './foundations.ts';
import { composeJobs } from './jobs.ts';
import { composeSignIn } from './sign-in.ts';

const PRICING = { microAudPerMinute: 16_000, minimumMicroAud: 500_000 };
const WELCOME_MICRO_AUD = 1_440_000;
const WELCOME = {
  microAud: WELCOME_MICRO_AUD,
  minutes: Math.floor(WELCOME_MICRO_AUD / PRICING.microAudPerMinute),
};
const RATE_WINDOW_MS = 60_000;
/** Documents, archives and speakers counted anew, of one account in a minute: far more than a person asks for. */
const COSTLY_REQUESTS = 120;
/** Revoked keys and suspended accounts are turned away everywhere after this long. */
const RECENT_KEY_MS = 500;
/** Between a row that says that a file goes, and its going. */
const FILES_FOLLOW_WITHIN_MS = 2000;

export type Services = ReturnType<typeof composeServices>;

/** Everything an operator or a customer can ask for, but for what needs the speech engine. */
export function composeServices(foundations: Foundations, settings: Settings) {
  const { queue, storage } = foundations;
  const database = foundations.database.db;
  const clock = systemClock;

  const credits = createCredits({ database, clock, pricing: PRICING });
  const accounts = createAccounts({ database, clock, credits, welcomeMicroAud: WELCOME.microAud });
  const apiKeys = createApiKeys({ database, clock, prefix: settings.keyPrefix, recentMs: RECENT_KEY_MS });
  const metrics = createMetrics({ database, queue });
  const people = composeSignIn(foundations, { settings, accounts, apiKeys, welcome: WELCOME });
  const billing = composeBilling(foundations, { ...people, settings, credits });
  const jobs = composeJobs(foundations, { settings, credits, metrics });
  const limits = {
    submit: settings.rateLimitSubmit,
    request: settings.rateLimitRequest,
    'bad-key': settings.rateLimitBadKey,
  };
  const dashboardLimits = {
    costly: COSTLY_REQUESTS,
    dashboard: settings.rateLimitDashboard,
    'ended-session': settings.rateLimitDashboard,
  };

  return {
    credits,
    accounts,
    apiKeys,
    metrics,
    metricsAccess: { token: settings.metricsToken, behindProxy: settings.trustProxy },
    ...people,
    ...billing,
    ...jobs,
    rateLimits: createRateLimits({ database, limits, windowMs: RATE_WINDOW_MS }),
    dashboardLimits: createRateLimits({ database, limits: dashboardLimits, windowMs: RATE_WINDOW_MS }),
    accountExport: createAccountExport({ ...billing, ...jobs, clock, accounts, apiKeys }),
    accountClosing: createAccountClosing({ ...people, ...billing, ...jobs, database, accounts, apiKeys }),
    usage: createUsageReports({ database, clock, credits }),
    usageHistories: createUsageHistories({ database, clock, apiKeys }),
    audit: createAudit({
      database,
      storage,
      tasks: JOB_TASKS,
      secondLookAfterMs: FILES_FOLLOW_WITHIN_MS,
    }),
  };
}
