import {
  apiKeyListSchema,
  createdApiKeySchema,
  newApiKeySchema,
  revokedApiKeySchema,
  type ApiKeyView,
} from '@icana/contract/app';
import { z } from 'zod';

import { refusal } from '../../infra/http/api-error.ts';
import type { Routes } from '../../infra/http/http-server.ts';
import { addJsonRoutes } from '../../infra/http/json-bodies.ts';
import { personOf } from '../../infra/http/request-context.ts';
import { wireTime } from '../../lib/clock.ts';
import { MAX_UNREVOKED_KEYS, type ApiKey, type ApiKeys } from './api-keys.service.ts';

/** An unverified account makes a key, which answers what is missing; a key can be revoked whatever the account is. */
const config = { admits: 'signed-in' } as const;

/** Settings → API Keys of whoever has signed in. */
export async function addApiKeyRoutes(routes: Routes, { apiKeys }: { apiKeys: ApiKeys }): Promise<void> {
  routes.get('/keys', { schema: { response: { 200: apiKeyListSchema } } }, async (request) => {
    const keys = await apiKeys.list(personOf(request).accountId);
    return { keys: keys.filter(({ revokedAt }) => revokedAt === null).map(toView), most: MAX_UNREVOKED_KEYS };
  });

  routes.delete(
    '/keys/:id',
    { config, schema: { params: z.object({ id: z.string() }), response: { 200: revokedApiKeySchema } } },
    async (request) => {
      const wanted = { accountId: personOf(request).accountId, id: request.params.id };
      const { id } = await apiKeys.revokeById(wanted);
      return { id, status: 'revoked' as const };
    },
  );

  await addJsonRoutes(routes, (scope) => {
    scope.post(
      '/keys',
      { config, schema: { body: newApiKeySchema, response: { 200: createdApiKeySchema } } },
      async (request, reply) => {
        const { accountId, accountStatus } = personOf(request);
        if (accountStatus === 'suspended' || accountStatus === 'closed')
          throw refusal(`account.${accountStatus}`);
        const { key, apiKey } = await apiKeys.create(accountId, request.body.name);
        reply.header('cache-control', 'no-store');
        return { key, apiKey: toView(apiKey) };
      },
    );
  });
}

function toView({ id, name, masked, createdAt, lastUsedAt, lastUsedAddress }: ApiKey): ApiKeyView {
  return {
    id,
    name,
    masked,
    createdAt: wireTime(createdAt),
    lastUsedAt: lastUsedAt && wireTime(lastUsedAt),
    lastUsedAddress,
  };
}
