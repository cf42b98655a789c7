import { z } from 'zod';

import type { Routes } from '../../infra/http/http-server.ts';
import { failingParts, type ReadinessChecks } from './readiness.ts';

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
      const failures = await failingParts(parts.checks);
      const failing = failures.map(({ part }) => part);
      if (failing.length === 0) return { status: 'ready' as const, failing };
      request.log.warn({ failing, err: failures[0]?.reason }, 'not ready');
      return await reply.code(503).send({ status: 'not ready', failing });
    },
  );
}
