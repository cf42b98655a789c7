import type { FastifyReply } from 'fastify';

import { refusal } from '../../infra/http/api-error.ts';
import type { createRateLimits, LimitDecision } from '../rate-limits/rate-limits.service.ts';

export interface SignInLimits {
  /**
   * `sign-in`: by where they come from, or by the person who has signed in. `log-in`: by the address that they are about,
   * from all networks together, which one machine alone cannot use up: it would lock out the owner.
   */
  readonly tries: ReturnType<typeof createRateLimits<'sign-in' | 'log-in'>>;
  /** By where they go and what for, so that nobody can have a person flooded. */
  readonly mails: ReturnType<typeof createRateLimits<'mail'>>;
}

/**
 * @param by a network or the id of a person, never an address: anybody could use that up
 * @throws ApiError 429 when it has tried too often
 */
export async function countTry(limits: SignInLimits, reply: FastifyReply, by: string): Promise<void> {
  requireAllowed(await limits.tries.count({ limitClass: 'sign-in', subject: by }), reply);
}

/**
 * Counts somebody's try to log in; a machine that is refused counts no more against the address.
 *
 * @throws ApiError 429 when the network has tried too often, or all of them together at this address
 */
export async function countLogIn(
  limits: SignInLimits,
  reply: FastifyReply,
  { from, email }: { from: string; email: string },
): Promise<void> {
  await countTry(limits, reply, from);
  requireAllowed(await limits.tries.count({ limitClass: 'log-in', subject: email }), reply);
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
