import type { FastifyReply } from 'fastify';

import { refusal } from '../../infra/http/api-error.ts';
import type { createRateLimits, LimitDecision } from '../rate-limits/rate-limits.service.ts';

export interface SignInLimits {
  /** By where they come from and by whom they are about: neither one machine nor many can guess at passwords. */
  readonly tries: ReturnType<typeof createRateLimits<'sign-in'>>;
  /** By where they go and what for, so that nobody can have a person flooded. */
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

/** What a stranger can have somebody written to for. */
type MailPurpose = 'register' | 'verify' | 'reset' | 'change';

/**
 * Counts what a mail is asked for, also where there is nobody to send it to: who is refused learns nothing of accounts.
 * Each purpose by itself, because anybody can use one up. Of the others nothing is held back by it, and for this one its
 * mails are in the person's box: a link to set a password lasts as long as the hour in which no other is sent.
 *
 * @throws ApiError 429 when the address was asked for too often
 */
export async function countMail(
  limits: SignInLimits,
  reply: FastifyReply,
  { purpose, to }: { purpose: MailPurpose; to: string },
): Promise<void> {
  requireAllowed(await limits.mails.count({ limitClass: 'mail', subject: `${purpose}:${to}` }), reply);
}

/** @throws ApiError 429 that says when to try again */
export function requireAllowed({ allowed, resetSeconds }: LimitDecision, reply: FastifyReply): void {
  if (allowed) return;
  reply.header('retry-after', resetSeconds);
  throw refusal('limits.exceeded');
}
