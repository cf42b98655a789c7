import { speakerCountSchema } from '@icana/contract';
import {
  editableTranscriptSchema,
  latestEditsSchema,
  levelsSchema,
  savedEditsSchema,
  saveEditsSchema,
} from '@icana/contract/app';
import { EDIT_LIMITS } from '@icana/contract/edits';
import { z } from 'zod';

import type { Routes } from '../../../infra/http/http-server.ts';
import { addJsonRoutes } from '../../../infra/http/json-bodies.ts';
import { personOf } from '../../../infra/http/request-context.ts';
import type { JobEditing } from './job-editing.ts';

const params = z.object({ id: z.string() });

/** The transcript of a job on the pages of the dashboard: to be read, edited, and given to other speakers. */
export async function addJobEditingRoutes(
  routes: Routes,
  { jobEditing }: { jobEditing: JobEditing },
): Promise<void> {
  routes.get(
    '/jobs/:id/transcript',
    { schema: { params, response: { 200: editableTranscriptSchema } } },
    async (request) => {
      const { accountId } = personOf(request);
      return await jobEditing.open({ accountId, id: request.params.id });
    },
  );

  routes.get('/jobs/:id/levels', { schema: { params, response: { 200: levelsSchema } } }, async (request) => {
    const { accountId } = personOf(request);
    return await jobEditing.levels({ accountId, id: request.params.id });
  });

  routes.get(
    '/jobs/:id/edits',
    { schema: { params, response: { 200: latestEditsSchema } } },
    async (request) => {
      const { accountId } = personOf(request);
      return await jobEditing.latest({ accountId, id: request.params.id });
    },
  );

  await addJsonRoutes(routes, (scope) => {
    scope.put(
      '/jobs/:id/edits',
      {
        bodyLimit: EDIT_LIMITS.bodyBytes,
        schema: { params, body: saveEditsSchema, response: { 200: savedEditsSchema } },
      },
      async (request) => {
        const { accountId, personId } = personOf(request);
        return await jobEditing.save({ accountId, personId, id: request.params.id, ...request.body });
      },
    );

    scope.post(
      '/jobs/:id/speakers',
      {
        config: { isCostly: true },
        schema: { params, body: speakerCountSchema, response: { 200: editableTranscriptSchema } },
      },
      async (request) => {
        const { accountId } = personOf(request);
        return await jobEditing.recount({ accountId, id: request.params.id, ...request.body });
      },
    );
  });
}
