import {
  madeJobSchema,
  offerOrJobSchema,
  openUploadsSchema,
  submitUploadSchema,
  uploadTermsSchema,
} from '@icana/contract/app';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';

import type { Routes } from '../../../infra/http/http-server.ts';
import { addJsonRoutes } from '../../../infra/http/json-bodies.ts';
import { personOf } from '../../../infra/http/request-context.ts';
import { watchPace } from '../upload-pace.ts';
import type { Uploads } from '../uploads.service.ts';
import type { ResumableUploads } from './resumable-uploads.service.ts';
import type { TusCarrier } from './tus-carrier.ts';

export interface ResumableUploadParts {
  readonly resumableUploads: ResumableUploads;
  readonly tusCarrier: TusCarrier;
  readonly uploads: Pick<Uploads, 'slowestPace'>;
}

const paramsSchema = z.object({ id: z.string() });

/** Uploads of people before the dashboard, from the first byte to a job. */
export async function addResumableUploadRoutes(routes: Routes, parts: ResumableUploadParts): Promise<void> {
  const { resumableUploads, tusCarrier } = parts;
  addTusRoutes(routes, parts);

  routes.get('/uploads/terms', { schema: { response: { 200: uploadTermsSchema } } }, async () =>
    resumableUploads.terms(),
  );

  routes.get('/uploads', { schema: { response: { 200: openUploadsSchema } } }, async (request) => {
    const kept = await resumableUploads.list(personOf(request).accountId);
    return { uploads: kept.map((upload) => ({ ...upload, isReceiving: tusCarrier.isCarrying(upload.id) })) };
  });

  routes.get(
    '/uploads/:id/offer',
    { config: { isCostly: true }, schema: { params: paramsSchema, response: { 200: offerOrJobSchema } } },
    async (request) => await resumableUploads.offer(wantedBy(request)),
  );

  routes.delete('/uploads/:id', { schema: { params: paramsSchema } }, async (request) => {
    await resumableUploads.discard(wantedBy(request));
    return {};
  });

  await addJsonRoutes(routes, (json) => {
    json.post(
      '/jobs',
      {
        schema: { body: submitUploadSchema, response: { 200: madeJobSchema } },
      },
      async (request) => {
        // A large file takes a while to be looked through.
        request.raw.socket.setTimeout(0);
        return { jobId: await resumableUploads.submit(personOf(request).accountId, request.body) };
      },
    );
  });
}

/** The protocol that carries the bytes: POST begins an upload, PATCH goes on with it, HEAD tells how far it has come. */
function addTusRoutes(routes: Routes, { resumableUploads, tusCarrier, uploads }: ResumableUploadParts): void {
  /** A sender who is too slow is refused; what has arrived stays, and he may go on from there. */
  async function carry(request: FastifyRequest, upload: Parameters<TusCarrier['carry']>[1]) {
    const pace = watchPace(request.raw, uploads.slowestPace);
    try {
      return await Promise.race([tusCarrier.carry(request, upload), pace.tooSlow]);
    } finally {
      pace.stop();
    }
  }

  routes.post('/uploads', async (request, reply) => {
    const { accountId } = personOf(request);
    let begun: string | undefined;
    try {
      const answer = await carry(request, {
        async admit(file) {
          await resumableUploads.admit(accountId, file);
          begun = file.id;
        },
      });
      return sendTus(reply, answer);
    } catch (error) {
      // Its sender will never learn where it is.
      if (begun !== undefined) await resumableUploads.discard({ accountId, id: begun });
      throw error;
    }
  });

  routes.route({
    method: ['HEAD', 'PATCH'],
    url: '/uploads/:id',
    schema: { params: paramsSchema },
    async handler(request, reply) {
      const { id } = await resumableUploads.find(wantedBy(request));
      return sendTus(reply, await carry(request, { id }));
    },
  });
}

const wantedBy = (request: FastifyRequest<{ Params: { id: string } }>) => ({
  accountId: personOf(request).accountId,
  id: request.params.id,
});

const sendTus = (reply: FastifyReply, { status, headers }: Awaited<ReturnType<TusCarrier['carry']>>) =>
  reply.code(status).headers(headers).send();
