import { jobListQuerySchema, jobListSchema, jobQuerySchema, jobSchema } from '@icana/contract';
import { z } from 'zod';

import { errorAnswers } from '../../infra/http/error-answers.ts';
import type { Routes } from '../../infra/http/http-server.ts';
import { callerOf } from '../../infra/http/request-context.ts';
import type { Jobs } from './jobs.service.ts';

export function addJobRoutes(routes: Routes, parts: { jobs: Jobs }): void {
  const { jobs } = parts;

  routes.get(
    '/jobs/:job_id',
    {
      schema: {
        tags: ['jobs'],
        summary: 'A job, with its transcript once it is completed',
        security: [{ apiKey: [] }],
        params: z.object({ job_id: z.string() }),
        querystring: jobQuerySchema,
        response: { 200: jobSchema, ...errorAnswers(400, 401, 403, 404, 429, 500) },
      },
    },
    async (request) =>
      await jobs.get({
        accountId: callerOf(request).accountId,
        id: request.params.job_id,
        expand: request.query.expand ?? [],
      }),
  );

  routes.get(
    '/jobs',
    {
      schema: {
        tags: ['jobs'],
        summary: 'The jobs of this account, newest first',
        security: [{ apiKey: [] }],
        querystring: jobListQuerySchema,
        response: { 200: jobListSchema, ...errorAnswers(400, 401, 403, 404, 429, 500) },
      },
    },
    async (request) => await jobs.list({ accountId: callerOf(request).accountId, ...request.query }),
  );
}
