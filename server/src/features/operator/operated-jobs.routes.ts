import { doneSchema, madeJobSchema, operatedJobsQuerySchema, operatedJobsSchema } from '@icana/contract/app';
import { z } from 'zod';

import type { Routes } from '../../infra/http/http-server.ts';
import { actorOf } from './actor.ts';
import type { OperatedJobs } from './operated-jobs.ts';
import type { Operators } from './operators.ts';

export interface OperatedJobRouteParts {
  readonly operators: Operators;
  readonly operatedJobs: OperatedJobs;
}

const params = z.object({ id: z.string() });

/** The jobs of all accounts: look, try again, cancel, erase. */
export function addOperatedJobRoutes(
  routes: Routes,
  { operators, operatedJobs }: OperatedJobRouteParts,
): void {
  routes.get(
    '/jobs',
    { schema: { querystring: operatedJobsQuerySchema, response: { 200: operatedJobsSchema } } },
    async (request) => await operatedJobs.list(request.query),
  );

  routes.post(
    '/jobs/:id/retry',
    { schema: { params, response: { 200: madeJobSchema } } },
    async (request) => ({
      // Once, however often the button is pressed: its owner pays.
      jobId: await operators.as(actorOf(request)).retryJob(request.params.id, { once: true }),
    }),
  );

  routes.post('/jobs/:id/cancel', { schema: { params, response: { 200: doneSchema } } }, async (request) => {
    await operators.as(actorOf(request)).cancelJob(request.params.id);
    return {};
  });

  routes.delete('/jobs/:id', { schema: { params, response: { 200: doneSchema } } }, async (request) => {
    await operators.as(actorOf(request)).deleteJob(request.params.id);
    return {};
  });
}
