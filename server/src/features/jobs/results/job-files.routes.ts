import type { Readable } from 'node:stream';
import { transcriptQuerySchema, transcriptSchema } from '@icana/contract';
import { create as contentDisposition } from 'content-disposition';
import { z } from 'zod';

import { errorAnswers } from '../../../infra/http/error-answers.ts';
import type { Routes } from '../../../infra/http/http-server.ts';
import { callerOf } from '../../../infra/http/request-context.ts';
import type { JobFiles } from './job-files.ts';

const text = { schema: z.string() };
/** Checked by nobody: the bytes go out as they came. */
const bytes = { schema: z.custom<Readable>().meta({ type: 'string', format: 'binary' }) };

export function addJobFileRoutes(routes: Routes, { jobFiles }: { jobFiles: JobFiles }): void {
  routes.get(
    '/jobs/:job_id/transcript',
    {
      schema: {
        tags: ['jobs'],
        summary: 'The transcript of a completed job, as a file',
        security: [{ apiKey: [] }],
        params: z.object({ job_id: z.string() }),
        querystring: transcriptQuerySchema,
        response: {
          200: {
            description: 'The transcript in the format that was asked for, named after the recording.',
            content: {
              'application/json': { schema: transcriptSchema },
              'text/plain': text,
              'application/x-subrip': text,
              'text/vtt': text,
            },
          },
          ...errorAnswers(400, 401, 403, 404, 429, 500),
        },
      },
    },
    async (request, reply) => {
      const { accountId } = callerOf(request);
      const edited = request.query.edited === 'true';
      const wanted = { accountId, id: request.params.job_id, ...request.query, edited };
      const { filename, contentType, content } = await jobFiles.transcript(wanted);
      return reply
        .type(contentType)
        .header('content-disposition', contentDisposition(filename))
        .send(content);
    },
  );

  routes.get(
    '/jobs/:job_id/audio',
    {
      // A request for the head alone would read the whole recording.
      exposeHeadRoute: false,
      schema: {
        tags: ['jobs'],
        summary: 'The recording as it was submitted',
        security: [{ apiKey: [] }],
        params: z.object({ job_id: z.string() }),
        response: {
          200: {
            description: 'The whole recording, always: ranges are not served.',
            content: { 'audio/*': bytes, 'video/*': bytes },
          },
          ...errorAnswers(400, 401, 403, 404, 429, 500),
        },
      },
    },
    async (request, reply) => {
      const wanted = { accountId: callerOf(request).accountId, id: request.params.job_id };
      const recording = await jobFiles.recording(wanted);
      return reply
        .type(recording.contentType)
        .header('content-length', recording.sizeBytes)
        .header('content-disposition', contentDisposition(recording.filename))
        .header('accept-ranges', 'none')
        .header('cache-control', 'private, no-store')
        .send(await recording.open());
    },
  );
}
