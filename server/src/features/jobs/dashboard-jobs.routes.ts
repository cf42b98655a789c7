import { deletedJobSchema } from '@icana/contract';
import {
  dashboardJobSchema,
  dashboardJobsQuerySchema,
  dashboardJobsSchema,
  madeJobSchema,
} from '@icana/contract/app';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';

import { sendEvents, whenOver } from '../../infra/http/event-stream.ts';
import type { Routes } from '../../infra/http/http-server.ts';
import { personOf } from '../../infra/http/request-context.ts';
import type { DashboardJobsService } from './dashboard-jobs.ts';
import type { Deletions } from './deletions.ts';
import type { JobFeed } from './waiting/job-feed.ts';
import type { Resubmissions } from './resubmissions.ts';

/** The browser asks again by itself, and whoever has signed out elsewhere in the meantime is told nothing more. */
const LONGEST_STREAM_MS = 60_000;

export interface DashboardJobParts {
  readonly dashboardJobs: DashboardJobsService;
  readonly jobFeed: JobFeed;
  readonly deletions: Deletions;
  readonly resubmissions: Resubmissions;
}

const params = z.object({ id: z.string() });

/** The jobs of the person's account: list, look, cancel or erase, try again, and follow all of them as they change. */
export function addDashboardJobRoutes(routes: Routes, parts: DashboardJobParts): void {
  const { dashboardJobs, deletions, resubmissions } = parts;
  addFeedRoute(routes, parts);

  routes.get(
    '/jobs',
    { schema: { querystring: dashboardJobsQuerySchema, response: { 200: dashboardJobsSchema } } },
    async (request) => await dashboardJobs.list({ accountId: personOf(request).accountId, ...request.query }),
  );

  routes.get(
    '/jobs/:id',
    { schema: { params, response: { 200: dashboardJobSchema } } },
    async (request) => await dashboardJobs.get(wantedBy(request)),
  );

  routes.delete(
    '/jobs/:id',
    { schema: { params, response: { 200: deletedJobSchema } } },
    async (request) => await deletions.delete(wantedBy(request)),
  );

  routes.post(
    '/jobs/:id/retry',
    { schema: { params, response: { 200: madeJobSchema } } },
    async (request) => {
      return { jobId: await resubmissions.retryOwned(wantedBy(request)) };
    },
  );
}

function addFeedRoute(routes: Routes, { jobFeed }: DashboardJobParts): void {
  const closing = new AbortController();
  // Whoever listens is let go before the server waits for its connections.
  routes.addHook('preClose', async () => closing.abort());
  // A request for the head alone would never end.
  routes.get('/jobs/events', { exposeHeadRoute: false }, async (request, reply) => {
    const { accountId } = personOf(request);
    const tooLong = AbortSignal.timeout(LONGEST_STREAM_MS);
    const signal = AbortSignal.any([closing.signal, whenOver(reply), tooLong]);
    return sendEvents(reply, jobFeed.events({ accountId, signal }));
  });
}

const wantedBy = (request: FastifyRequest<{ Params: { id: string } }>) => ({
  accountId: personOf(request).accountId,
  id: request.params.id,
});
