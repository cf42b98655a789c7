import type { FastifyRequest } from 'fastify';

import type { Routes } from '../../infra/http/http-server.ts';
import type { Metrics } from './metrics.service.ts';

/** Counts and times every request to the routes that are added after this. */
export function measureRequests(routes: Routes, metrics: Metrics): void {
  routes.addHook('onRequest', async (request) => {
    metrics.requestBegan(labelsOf(request));
  });
  routes.addHook('onResponse', async (request, reply) => {
    metrics.requestEnded(labelsOf(request), { status: reply.statusCode, seconds: reply.elapsedTime / 1000 });
  });
}

/** A request that no route takes has none, whatever it asked for. */
const labelsOf = ({ method, routeOptions }: FastifyRequest) => ({
  method,
  route: routeOptions.url ?? 'none',
});
