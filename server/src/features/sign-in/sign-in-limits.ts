import type { FastifyReply } from 'fastify';

import { refusal } from '../../infra/http/api-error.ts';
import type { createRateLimits, LimitDecision } from '../rate-limits/rate-limits.service.ts';

export interface SignInLimits {
  /** By where they come from and by whom they are about: neither one machine nor many can guess at passwords. */
  readonly tries: ReturnType<typeof createRateLimits<'sign-in'>>;
  /** By where they go, so that nobody can have a person flooded. */
  readonly mails: ReturnType<typeof createRateLimits<'mail'>>;
}

/** @throws ApiError 429 when one of the subjects has tried, or was tried, too often */
export async function countTry(
  limits: SignInLimits,
  reply: FastifyReply,
  ...subjects: string[]
): Promise<void> {
  for (const subject of subjects) {
    requireAllowed(await limits.tries.count({ limitClass: 'sign-in', subject }), reply);
  }
}

/** @throws ApiError 429 when the address was sent too many mails */
export async function countMail(limits: SignInLimits, reply: FastifyReply, email: string): Promise<void> {
  requireAllowed(await limits.mails.count({ limitClass: 'mail', subject: email }), reply);
}

/** @throws ApiError 429 that says when to try again */
export function requireAllowed({ allowed, resetSeconds }: LimitDecision, reply: FastifyReply): void {
  if (allowed) return;
  reply.header('retry-after', resetSeconds);
  throw refusal('limits.exceeded');
}
