import type { FastifyRequest } from 'fastify';

import type { Routes } from '../../infra/http/http-server.ts';
import type { Metrics } from './metrics.service.ts';

/** Counts and times every request to the routes that are added after this. */
export function measureRequests(routes: Routes, metrics: Metrics): void {
  routes.addHook('onRequest', async (request, reply) => {
    const labels = labelsOf(request);
    metrics.requestBegan(labels);
    // Not the hook `onResponse`: it does not come when the client goes away before the answer.
    reply.raw.once('close', () => {
      const status = reply.raw.writableFinished ? String(reply.statusCode) : 'unfinished';
      metrics.requestEnded(labels, { status, seconds: reply.elapsedTime / 1000 });
    });
  });
}

/** A request that no route takes has none, whatever it asked for. */
const labelsOf = ({ method, routeOptions }: FastifyRequest) => ({
  method,
  route: routeOptions.url ?? 'none',
});
