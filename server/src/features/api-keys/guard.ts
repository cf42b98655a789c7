import { HEADERS, type AccountStatus } from '@icana/contract';
import type { FastifyReply, FastifyRequest, onRequestAsyncHookHandler } from 'fastify';

import { refusal } from '../../infra/http/api-error.ts';
import { networkOf } from '../../infra/http/client-network.ts';
import type { LimitDecision, RateLimits } from '../rate-limits/rate-limits.service.ts';
import type { ApiKeys } from './api-keys.service.ts';

/** Where a request carries its key. */
export type KeyOf = (request: FastifyRequest) => string | undefined;

/**
 * The door of what is for customers, before a byte of a body is read: key (401), account (403), rate (429). A request is counted as
 * soon as its key is known, so that also a refused answer tells how it counts. Bad keys are counted by address, so
 * that nobody can try many; good keys from the same address are not held back by it.
 */
export function createGuard(parts: {
  apiKeys: ApiKeys;
  rateLimits: RateLimits;
  keyOf: KeyOf;
}): onRequestAsyncHookHandler {
  const { apiKeys, rateLimits, keyOf } = parts;
  return async (request, reply) => {
    const holder = await apiKeys.authenticate(keyOf(request), request.ip);
    const limitClass = request.routeOptions.config.limitClass ?? 'request';
    const decision = holder
      ? await rateLimits.count({ limitClass, subject: holder.keyId, ownLimit: holder.limits[limitClass] })
      : await rateLimits.count({ limitClass: 'bad-key', subject: networkOf(request) });
    writeLimitHeaders(decision, reply);
    if (holder) requireActive(holder.accountStatus);
    if (!decision.allowed) {
      reply.header('retry-after', decision.resetSeconds);
      throw refusal('limits.exceeded');
    }
    if (!holder) throw refusal('key.invalid');
    request.caller = { accountId: holder.accountId, keyId: holder.keyId };
  };
}

/** The header of our own API. */
export const keyHeader: KeyOf = ({ headers }) => {
  const header = headers[HEADERS.apiKey];
  return typeof header === 'string' ? header : undefined;
};

function writeLimitHeaders(decision: LimitDecision, reply: FastifyReply): void {
  reply
    .header(HEADERS.rateLimit, decision.limit)
    .header(HEADERS.rateRemaining, decision.remaining)
    .header(HEADERS.rateReset, decision.resetSeconds);
}

function requireActive(status: AccountStatus): void {
  if (status !== 'active') throw refusal(`account.${status}`);
}
