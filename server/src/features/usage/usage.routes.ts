import { usageSchema } from '@icana/contract';

import { errorAnswers } from '../../infra/http/error-answers.ts';
import type { Routes } from '../../infra/http/http-server.ts';
import { callerOf } from '../../infra/http/request-context.ts';
import type { UsageReports } from './usage.service.ts';

export function addUsageRoutes(routes: Routes, parts: { usage: UsageReports }): void {
  routes.get(
    '/usage',
    {
      schema: {
        tags: ['account'],
        summary: 'Credit, totals and the last 30 days of this account',
        security: [{ apiKey: [] }],
        response: { 200: usageSchema, ...errorAnswers(401, 403, 429, 500) },
      },
    },
    async (request) => await parts.usage.of(callerOf(request).accountId),
  );
}
