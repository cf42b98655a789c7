import {
  createdWebhookSchema,
  deletedWebhookSchema,
  newWebhookSchema,
  webhookListSchema,
} from '@icana/contract';
import { z } from 'zod';

import { errorAnswers } from '../../infra/http/error-answers.ts';
import type { Routes } from '../../infra/http/http-server.ts';
import { addJsonRoutes } from '../../infra/http/json-bodies.ts';
import { callerOf } from '../../infra/http/request-context.ts';
import type { Webhooks } from './webhooks.service.ts';

const described = { tags: ['webhooks'], security: [{ apiKey: [] }] };

export async function addWebhookRoutes(routes: Routes, parts: { webhooks: Webhooks }): Promise<void> {
  const { webhooks } = parts;

  routes.get(
    '/webhooks',
    {
      schema: {
        ...described,
        summary: 'The webhooks of this account, each with how its last delivery went',
        response: { 200: webhookListSchema, ...errorAnswers(400, 401, 403, 404, 429, 500) },
      },
    },
    async (request) => await webhooks.list(callerOf(request).accountId),
  );

  routes.delete(
    '/webhooks/:webhook_id',
    {
      schema: {
        ...described,
        summary: 'Stop sending to a webhook',
        params: z.object({ webhook_id: z.string() }),
        response: { 200: deletedWebhookSchema, ...errorAnswers(400, 401, 403, 404, 429, 500) },
      },
    },
    async (request) => await webhooks.remove(callerOf(request).accountId, request.params.webhook_id),
  );

  await addJsonRoutes(routes, (scope) => addRegistration(scope, webhooks));
}

function addRegistration(routes: Routes, webhooks: Webhooks): void {
  routes.post(
    '/webhooks',
    {
      schema: {
        ...described,
        summary: 'Be told at a URL when jobs have ended',
        body: newWebhookSchema,
        response: { 200: createdWebhookSchema, ...errorAnswers(400, 401, 403, 404, 429, 500) },
      },
    },
    async (request) => await webhooks.register(callerOf(request).accountId, request.body.url),
  );
}
