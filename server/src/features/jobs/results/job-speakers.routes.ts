import { jobSchema, speakerCountSchema } from '@icana/contract';
import { z } from 'zod';

import { errorAnswers } from '../../../infra/http/error-answers.ts';
import type { Routes } from '../../../infra/http/http-server.ts';
import { addJsonRoutes } from '../../../infra/http/json-bodies.ts';
import { callerOf } from '../../../infra/http/request-context.ts';
import type { JobSpeakers } from './job-speakers.ts';

export async function addJobSpeakerRoutes(
  routes: Routes,
  { jobSpeakers }: { jobSpeakers: JobSpeakers },
): Promise<void> {
  await addJsonRoutes(routes, (scope) => {
    scope.post(
      '/jobs/:job_id/speakers',
      {
        schema: {
          tags: ['jobs'],
          summary: 'Count the speakers of a completed job anew, free and without the recording',
          security: [{ apiKey: [] }],
          params: z.object({ job_id: z.string() }),
          body: speakerCountSchema,
          response: {
            200: {
              description: 'The job as it is from now on, with its `segments` and `speakers`.',
              content: { 'application/json': { schema: jobSchema } },
            },
            ...errorAnswers(400, 401, 403, 404, 429, 500),
          },
        },
      },
      async (request) => {
        const wanted = { accountId: callerOf(request).accountId, id: request.params.job_id };
        return await jobSpeakers.recount({ ...wanted, ...request.body });
      },
    );
  });
}
