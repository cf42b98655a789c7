import type { Readable } from 'node:stream';
import { exportQuerySchema } from '@icana/contract/app';
import { create as contentDisposition } from 'content-disposition';
import type { FastifyReply } from 'fastify';
import parseRange from 'range-parser';
import { z } from 'zod';

import type { Routes } from '../../../infra/http/http-server.ts';
import { personOf } from '../../../infra/http/request-context.ts';
import type { JobFiles, RecordingFile } from './job-files.ts';

const params = z.object({ id: z.string() });

/** What the pages of the dashboard play and save of a job. */
export function addDashboardFileRoutes(routes: Routes, { jobFiles }: { jobFiles: JobFiles }): void {
  routes.get(
    '/jobs/:id/export',
    { config: { isCostly: true }, schema: { params, querystring: exportQuerySchema } },
    async (request, reply) => {
      const wanted = { accountId: personOf(request).accountId, id: request.params.id, ...request.query };
      const { filename, contentType, content } = await jobFiles.export(wanted);
      return reply
        .type(contentType)
        .header('content-disposition', contentDisposition(filename))
        .header('cache-control', 'private, no-store')
        .send(content);
    },
  );

  routes.route({
    method: ['GET', 'HEAD'],
    url: '/jobs/:id/audio',
    // A part of what was compressed would be no part of the recording.
    compress: false,
    schema: { params },
    handler: async (request, reply) => {
      const recording = await jobFiles.recording({
        accountId: personOf(request).accountId,
        id: request.params.id,
      });
      reply
        .type(recording.contentType)
        .header('content-disposition', contentDisposition(recording.filename, { type: 'inline' }))
        .header('accept-ranges', 'bytes')
        .header('cache-control', 'private, no-store');
      return await sendRange(reply, recording, request.headers.range);
    },
  });
}

/**
 * Sends the part of a recording that was asked for (RFC 9110, 14): one range of bytes. Whatever else is asked for is
 * answered with all of it.
 */
async function sendRange(
  reply: FastifyReply,
  { sizeBytes, open }: RecordingFile,
  asked: string | undefined,
): Promise<FastifyReply> {
  const ranges = asked === undefined ? UNREADABLE : parseRange(sizeBytes, asked);
  if (ranges === UNSATISFIABLE) {
    return reply.code(416).header('content-range', `bytes */${sizeBytes}`).send();
  }
  const [range, ...more] = ranges === UNREADABLE || ranges.type !== 'bytes' ? [] : ranges;
  if (!range || more.length > 0) {
    return reply.header('content-length', sizeBytes).send(await bytesFor(reply, open()));
  }
  const { start, end } = range;
  return reply
    .code(206)
    .header('content-range', `bytes ${start}-${end}/${sizeBytes}`)
    .header('content-length', end - start + 1)
    .send(await bytesFor(reply, open({ start, end })));
}

/** What `range-parser` answers in place of ranges. */
const UNSATISFIABLE = -1;
const UNREADABLE = -2;

/** A request for the head alone, too, tells whether the recording is there. */
async function bytesFor(
  { request }: FastifyReply,
  opening: Promise<Readable>,
): Promise<Readable | undefined> {
  const bytes = await opening;
  if (request.method !== 'HEAD') return bytes;
  bytes.destroy();
  return undefined;
}
