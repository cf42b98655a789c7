import { z } from 'zod';

import { utcTime } from '../times.ts';

/** A key as lists show it: what it was called, never what it was. */
const apiKeySchema = z.object({
  id: z.uuid(),
  name: z.string(),
  masked: z.string().describe('Its prefix and its last four characters.'),
  createdAt: utcTime,
  lastUsedAt: utcTime.nullable(),
  lastUsedAddress: z.string().nullable(),
});
export type ApiKeyView = z.infer<typeof apiKeySchema>;

/** `GET /app/keys`: the unrevoked keys, oldest first. */
export const apiKeyListSchema = z.object({ keys: z.array(apiKeySchema), most: z.int() });
export type ApiKeyList = z.infer<typeof apiKeyListSchema>;

/** The body of `POST /app/keys`. */
export const newApiKeySchema = z.object({ name: z.string('name must be a string').max(200) });

/** Its answer: the key in full, for the only time. */
export const createdApiKeySchema = z.object({ key: z.string(), apiKey: apiKeySchema });
export type CreatedApiKey = z.infer<typeof createdApiKeySchema>;

/** The answer to `DELETE /app/keys/{id}`. */
export const revokedApiKeySchema = z.object({ id: z.uuid(), status: z.literal('revoked') });
