import type { FastifyReply, FastifyRequest, onRequestAsyncHookHandler } from 'fastify';

import { refusal } from '../../infra/http/api-error.ts';
import { networkOf } from '../../infra/http/client-network.ts';
import type { PublicUrl } from '../../infra/http/public-url.ts';
import type { Person } from '../../infra/http/request-context.ts';
import type { createRateLimits } from '../rate-limits/rate-limits.service.ts';
import { comesFromOurPages, isSafe } from './same-origin.ts';
import { passCookies } from './session-cookies.ts';
import { requireAllowed } from './sign-in-limits.ts';
import type { SignIn } from './sign-in.service.ts';

/** Whom a route of the dashboard admits besides people of active accounts, who are admitted everywhere. */
type Admission = 'anyone' | 'signed-in' | 'unverified';

declare module 'fastify' {
  interface FastifyContextConfig {
    /**
     * `anyone`: also without a session. `signed-in`: whatever the standing of the account. `unverified`: also those whose
     * address is not verified; where nothing is said, they may look and change nothing. People of suspended accounts
     * may do neither.
     */
    admits?: Admission;
    /** What takes this process long, each time that it is asked for: an account may do so much of it and no more. */
    isCostly?: boolean;
  }
}

/** What takes long is counted for an account, everything else for a person, or for an address where nobody is signed in. */
export type DashboardLimits = ReturnType<typeof createRateLimits<'costly' | 'dashboard' | 'ended-session'>>;

/**
 * The door of /app: where the request comes from (403), the session (401), how often (429), the account (403). Requests
 * with sessions that are over are counted by their address, because each is looked for in the database; people who are
 * signed in at that address are not held back by it, nor is anybody who has no session or a forged one.
 */
export function createSessionGuard(parts: {
  signIn: SignIn;
  publicUrl: PublicUrl;
  dashboardLimits: DashboardLimits;
}): onRequestAsyncHookHandler {
  const { signIn, publicUrl, dashboardLimits } = parts;

  async function countEnded(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const subject = networkOf(request);
    requireAllowed(await dashboardLimits.count({ limitClass: 'ended-session', subject }), reply);
  }

  return async (request, reply) => {
    if (!isSafe(request) && !comesFromOurPages(request, publicUrl.origin))
      throw refusal('session.foreign_origin');
    // Whoever sits down here next finds nothing of it, unless a route says otherwise.
    reply.header('cache-control', 'no-store');
    const { admits, isCostly } = request.routeOptions.config;
    if (admits === 'anyone') return;
    const session = await signIn.session(request);
    if (!session.person) {
      if (session.isOver) await countEnded(request, reply);
      throw refusal('session.missing');
    }
    // Also when the request is turned away below: they may say that the session goes on for longer.
    passCookies(session.headers, reply);
    const { personId, accountId } = session.person;
    const counted = isCostly
      ? ({ limitClass: 'costly', subject: accountId } as const)
      : ({ limitClass: 'dashboard', subject: personId } as const);
    // Before the standing: to be turned away time and again costs us as much.
    requireAllowed(await dashboardLimits.count(counted), reply);
    if (admits !== 'signed-in') requireStanding(session.person, request);
    request.person = session.person;
  };
}

function requireStanding({ accountStatus }: Person, request: FastifyRequest): void {
  if (accountStatus === 'active') return;
  const { admits } = request.routeOptions.config;
  if (accountStatus === 'unverified' && (isSafe(request) || admits === 'unverified')) return;
  throw refusal(`account.${accountStatus}`);
}
