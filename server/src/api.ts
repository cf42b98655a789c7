import { addHealthRoutes, type ReadinessChecks } from './features/health/health.routes.ts';
import { createGuard } from './features/api-keys/guard.ts';
import type { ApiKeys } from './features/api-keys/api-keys.service.ts';
import { addJobRoutes } from './features/jobs/jobs.routes.ts';
import type { Jobs } from './features/jobs/jobs.service.ts';
import type { RateLimits } from './features/rate-limits/rate-limits.service.ts';
import { addUploadRoutes } from './features/uploads/uploads.routes.ts';
import type { Uploads } from './features/uploads/uploads.service.ts';
import { addUsageRoutes } from './features/usage/usage.routes.ts';
import type { UsageReports } from './features/usage/usage.service.ts';
import type { HttpServer } from './infra/http/http-server.ts';
import { describeApi } from './infra/http/openapi.ts';

export interface ApiParts {
  readonly version: string;
  readonly apiKeys: ApiKeys;
  readonly rateLimits: RateLimits;
  readonly uploads: Uploads;
  readonly jobs: Jobs;
  readonly usage: UsageReports;
  readonly readiness: ReadinessChecks;
}

/** Adds every route to the server. All of /api/v1 is behind the guard; nothing else is. */
export async function addApi(server: HttpServer, parts: ApiParts): Promise<void> {
  await describeApi(server, { version: parts.version });
  addHealthRoutes(server, { checks: parts.readiness });
  await server.register(
    async (api) => {
      api.addHook('onRequest', createGuard(parts));
      await addUploadRoutes(api, parts);
      addJobRoutes(api, parts);
      addUsageRoutes(api, parts);
    },
    { prefix: '/api/v1' },
  );
}
