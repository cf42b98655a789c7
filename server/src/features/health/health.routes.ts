import { z } from 'zod';

import type { Routes } from '../../infra/http/http-server.ts';

/** Parts the service cannot do without, each with a check that rejects while it is out of order. */
export type ReadinessChecks = Readonly<Record<string, () => Promise<unknown>>>;

const CHECK_TIMEOUT_MS = 2000;

const readiness = z.object({ status: z.enum(['ready', 'not ready']), failing: z.array(z.string()) });

/** `/health/live`: the process answers. `/health/ready`: so does everything it needs; 503 names what does not. */
export function addHealthRoutes(routes: Routes, parts: { checks: ReadinessChecks }): void {
  routes.get(
    '/health/live',
    {
      schema: {
        tags: ['service'],
        summary: 'Whether the process is alive',
        response: { 200: z.object({ status: z.literal('live') }).describe('The process is alive.') },
      },
    },
    () => ({ status: 'live' as const }),
  );

  routes.get(
    '/health/ready',
    {
      schema: {
        tags: ['service'],
        summary: 'Whether the service can take work',
        response: {
          200: readiness.describe('The service can take work.'),
          503: readiness.describe('A part that it cannot do without is out of order.'),
        },
      },
    },
    async (request, reply) => {
      const checks = Object.entries(parts.checks);
      const outcomes = await Promise.allSettled(checks.map(([, check]) => inTime(check())));
      const failing = checks
        .filter((_, index) => outcomes[index]?.status === 'rejected')
        .map(([name]) => name);
      if (failing.length === 0) return { status: 'ready' as const, failing };
      request.log.warn({ failing, outcomes }, 'not ready');
      return await reply.code(503).send({ status: 'not ready', failing });
    },
  );
}

async function inTime(check: Promise<unknown>): Promise<void> {
  const { promise: tooLate, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error('no answer in time')), CHECK_TIMEOUT_MS);
  try {
    await Promise.race([check, tooLate]);
  } finally {
    clearTimeout(timer);
  }
}
