import {
  deletedJobSchema,
  jobListQuerySchema,
  jobListSchema,
  jobQuerySchema,
  jobSchema,
} from '@icana/contract';
import { z } from 'zod';

import { errorAnswers } from '../../infra/http/error-answers.ts';
import { whenOver } from '../../infra/http/event-stream.ts';
import type { Routes } from '../../infra/http/http-server.ts';
import { callerOf } from '../../infra/http/request-context.ts';
import type { Deletions } from './deletions.ts';
import { addJobEventRoutes } from './waiting/job-events.routes.ts';
import { addJobFileRoutes } from './results/job-files.routes.ts';
import type { JobFiles } from './results/job-files.ts';
import { addJobSpeakerRoutes } from './results/job-speakers.routes.ts';
import type { JobSpeakers } from './results/job-speakers.ts';
import type { JobWaiting } from './waiting/job-waiting.ts';
import type { Jobs } from './jobs.service.ts';

export interface JobRouteParts {
  readonly jobs: Jobs;
  readonly jobWaiting: JobWaiting;
  readonly jobFiles: JobFiles;
  readonly jobSpeakers: JobSpeakers;
  readonly deletions: Deletions;
}

export async function addJobRoutes(routes: Routes, parts: JobRouteParts): Promise<void> {
  const { jobs, jobWaiting, deletions } = parts;
  const closing = new AbortController();
  // Whoever waits is answered before the server waits for the answers.
  routes.addHook('preClose', async () => closing.abort());
  addJobEventRoutes(routes, { jobWaiting, closing: closing.signal });
  addJobFileRoutes(routes, parts);
  await addJobSpeakerRoutes(routes, parts);

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
    async (request, reply) => {
      const { wait = 0, expand = [] } = request.query;
      const wanted = { accountId: callerOf(request).accountId, id: request.params.job_id };
      if (wait > 0) {
        // Silence is what was asked for.
        request.raw.socket.setTimeout(0);
        const signal = AbortSignal.any([closing.signal, whenOver(reply)]);
        await jobWaiting.whenEnded({ ...wanted, signal, timeoutMs: wait * 1000 });
        if (closing.signal.aborted) reply.header('connection', 'close');
      }
      return await jobs.get({ ...wanted, expand });
    },
  );

  routes.delete(
    '/jobs/:job_id',
    {
      schema: {
        tags: ['jobs'],
        summary: 'Cancel a job, or erase one that has ended',
        security: [{ apiKey: [] }],
        params: z.object({ job_id: z.string() }),
        response: {
          200: {
            description:
              'The job is gone: its recording and every text of it. What it cost stays in the books.',
            content: { 'application/json': { schema: deletedJobSchema } },
          },
          ...errorAnswers(400, 401, 403, 404, 429, 500),
        },
      },
    },
    async (request) =>
      await deletions.delete({ accountId: callerOf(request).accountId, id: request.params.job_id }),
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
