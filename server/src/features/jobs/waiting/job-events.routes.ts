import { endEventSchema, progressEventSchema } from '@icana/contract';
import { z } from 'zod';

import { errorAnswers } from '../../../infra/http/error-answers.ts';
import { sendEvents, whenOver } from '../../../infra/http/event-stream.ts';
import type { Routes } from '../../../infra/http/http-server.ts';
import { callerOf } from '../../../infra/http/request-context.ts';
import type { JobWaiting } from './job-waiting.ts';

const DESCRIPTION =
  'Server-sent events. `progress` as the job is and after each change, with `status`, `stage`, `fraction` (it never ' +
  'falls) and `eta_seconds`; then one `end` with `status` and `error_message`, and the stream closes. A comment every ' +
  '15 s without an event keeps the connection alive. A stream that closes without `end` was cut: ask again.';

/** @param closing aborts when the server is about to close */
export function addJobEventRoutes(
  routes: Routes,
  { jobWaiting, closing }: { jobWaiting: JobWaiting; closing: AbortSignal },
): void {
  routes.get(
    '/jobs/:job_id/events',
    {
      // A request for the head alone would wait for the end of the job.
      exposeHeadRoute: false,
      schema: {
        tags: ['jobs'],
        summary: 'What becomes of a job, as it happens',
        security: [{ apiKey: [] }],
        params: z.object({ job_id: z.string() }),
        response: {
          200: {
            description: DESCRIPTION,
            content: { 'text/event-stream': { schema: z.union([progressEventSchema, endEventSchema]) } },
          },
          ...errorAnswers(400, 401, 403, 404, 429, 500),
        },
      },
    },
    async (request, reply) => {
      const events = await jobWaiting.events({
        accountId: callerOf(request).accountId,
        id: request.params.job_id,
        signal: AbortSignal.any([closing, whenOver(reply)]),
      });
      return sendEvents(reply, events);
    },
  );
}
