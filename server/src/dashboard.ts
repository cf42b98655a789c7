import compress from '@fastify/compress';

import type { Accounts } from './features/accounts/accounts.service.ts';
import { addDashboardJobRoutes, type DashboardJobParts } from './features/jobs/dashboard-jobs.routes.ts';
import { addApiKeyRoutes } from './features/api-keys/api-keys.routes.ts';
import type { ApiKeys } from './features/api-keys/api-keys.service.ts';
import { addBillingRoutes, type BillingRouteParts } from './features/billing/billing.routes.ts';
import { addOwnDataRoutes, type OwnDataRouteParts } from './features/own-data/own-data.routes.ts';
import { addOwnAccountRoutes, type OwnAccountRouteParts } from './features/sign-in/own-account.routes.ts';
import { addDashboardFileRoutes } from './features/jobs/results/dashboard-files.routes.ts';
import { addJobEditingRoutes } from './features/jobs/results/job-editing.routes.ts';
import type { JobEditing } from './features/jobs/results/job-editing.ts';
import type { JobFiles } from './features/jobs/results/job-files.ts';
import { addOperatorRoutes, type OperatorRouteParts } from './features/operator/operator.routes.ts';
import { createSessionGuard, type DashboardLimits } from './features/sign-in/session-guard.ts';
import { addSessionRoutes } from './features/sign-in/session.routes.ts';
import { addSignInRoutes, type SignInRouteParts } from './features/sign-in/sign-in.routes.ts';
import { addUsageHistoryRoutes } from './features/usage/usage-history.routes.ts';
import type { UsageHistories } from './features/usage/usage-history.ts';
import {
  addResumableUploadRoutes,
  type ResumableUploadParts,
} from './features/uploads/resumable/resumable-uploads.routes.ts';
import { sendUnknownRoute } from './infra/http/error-answers.ts';
import type { HttpServer } from './infra/http/http-server.ts';
import { addOutboxPage, type OutboxParts } from './infra/mail/outbox.routes.ts';

export interface DashboardParts
  extends
    SignInRouteParts,
    BillingRouteParts,
    OwnAccountRouteParts,
    OwnDataRouteParts,
    OutboxParts,
    DashboardJobParts,
    ResumableUploadParts,
    OperatorRouteParts {
  readonly accounts: Accounts;
  readonly apiKeys: ApiKeys;
  readonly usageHistories: UsageHistories;
  readonly jobFiles: JobFiles;
  readonly jobEditing: JobEditing;
  readonly dashboardLimits: DashboardLimits;
}

/** Adds what the pages of the dashboard talk to. All of /app is for people who have signed in, except the ways in. */
export async function addDashboard(server: HttpServer, parts: DashboardParts): Promise<void> {
  addOutboxPage(server, parts);
  await server.register(
    async (app) => {
      // It is for our own pages and changes with them: the document of the API leaves it out.
      app.addHook('onRoute', (route) => {
        route.schema = { ...route.schema, hide: true };
      });
      // A transcript of hours is a megabyte. What comes in is taken as it is: it could be as small as it likes, and swell.
      await app.register(compress, { globalDecompression: false });
      app.addHook('onRequest', createSessionGuard(parts));
      app.setNotFoundHandler(sendUnknownRoute);
      await addSignInRoutes(app, parts);
      addSessionRoutes(app, parts);
      addDashboardFileRoutes(app, parts);
      await addJobEditingRoutes(app, parts);
      await addApiKeyRoutes(app, parts);
      await addBillingRoutes(app, parts);
      addUsageHistoryRoutes(app, parts);
      await addOwnAccountRoutes(app, parts);
      await addOwnDataRoutes(app, parts);
      await addResumableUploadRoutes(app, parts);
      addDashboardJobRoutes(app, parts);
      await addOperatorRoutes(app, parts);
    },
    { prefix: '/app' },
  );
}
