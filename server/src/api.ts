import { addHealthRoutes } from './features/health/health.routes.ts';
import type { ReadinessChecks } from './features/health/readiness.ts';
import { createGuard, keyHeader } from './features/api-keys/guard.ts';
import type { ApiKeys } from './features/api-keys/api-keys.service.ts';
import { addPaymentReportRoutes } from './features/billing/payment-reports.routes.ts';
import type { PaymentReports } from './features/billing/payment-reports.ts';
import { addJobRoutes, type JobRouteParts } from './features/jobs/jobs.routes.ts';
import { measureRequests } from './features/metrics/measured-requests.ts';
import { addMetricsRoute, type MetricsAccess } from './features/metrics/metrics.routes.ts';
import type { Metrics } from './features/metrics/metrics.service.ts';
import { openAiErrors } from './features/openai/openai-errors.ts';
import { addOpenAiRoutes } from './features/openai/openai.routes.ts';
import type { OpenAiTranscriptions } from './features/openai/openai.service.ts';
import type { RateLimits } from './features/rate-limits/rate-limits.service.ts';
import { addUploadRoutes } from './features/uploads/uploads.routes.ts';
import type { Uploads } from './features/uploads/uploads.service.ts';
import { addUsageRoutes } from './features/usage/usage.routes.ts';
import type { UsageReports } from './features/usage/usage.service.ts';
import { addWebhookRoutes } from './features/webhooks/webhooks.routes.ts';
import type { Webhooks } from './features/webhooks/webhooks.service.ts';
import { bearerToken } from './infra/http/bearer-token.ts';
import { sendUnknownRoute } from './infra/http/error-answers.ts';
import type { HttpServer } from './infra/http/http-server.ts';
import { describeApi } from './infra/http/openapi.ts';
import type { PaymentService } from './infra/payments/payment-service.ts';

export interface ApiParts extends JobRouteParts {
  readonly version: string;
  readonly apiKeys: ApiKeys;
  readonly rateLimits: RateLimits;
  readonly uploads: Uploads;
  readonly openAi: OpenAiTranscriptions;
  readonly usage: UsageReports;
  /** Null where no payment is set up. */
  readonly paymentService: PaymentService | null;
  readonly paymentReports: PaymentReports;
  readonly webhooks: Webhooks;
  readonly metrics: Metrics;
  readonly metricsAccess: MetricsAccess;
  readonly readiness: ReadinessChecks;
}

/** Adds every route to the server. All of /api/v1 and /v1 is behind the guard; nothing else is. */
export async function addApi(server: HttpServer, parts: ApiParts): Promise<void> {
  measureRequests(server, parts.metrics);
  await describeApi(server, { version: parts.version });
  addHealthRoutes(server, { checks: parts.readiness });
  addMetricsRoute(server, parts);
  const { paymentService, paymentReports } = parts;
  if (paymentService) await addPaymentReportRoutes(server, { paymentService, paymentReports });
  await server.register(
    async (api) => {
      api.addHook('onRequest', createGuard({ ...parts, keyOf: keyHeader }));
      // What is not there is behind the guard like what is: nobody looks around without a key.
      api.setNotFoundHandler(sendUnknownRoute);
      await addUploadRoutes(api, parts);
      await addJobRoutes(api, parts);
      addUsageRoutes(api, parts);
      await addWebhookRoutes(api, parts);
    },
    { prefix: '/api/v1' },
  );
  await server.register(
    async (api) => {
      api.setErrorHandler(openAiErrors.send);
      api.setNotFoundHandler(openAiErrors.sendUnknown);
      api.addHook('onRequest', createGuard({ ...parts, keyOf: bearerToken }));
      await addOpenAiRoutes(api, parts);
    },
    { prefix: '/v1' },
  );
}
