import { createHash, timingSafeEqual } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';

import { refusal } from '../../infra/http/api-error.ts';
import { bearerToken } from '../../infra/http/bearer-token.ts';
import { errorAnswers } from '../../infra/http/error-answers.ts';
import { comesFromThisMachine } from '../../infra/http/from-this-machine.ts';
import type { Routes } from '../../infra/http/http-server.ts';
import type { Metrics } from './metrics.service.ts';

/** Who may see the metrics. */
export interface MetricsAccess {
  /** Whoever has it, from anywhere. Without one, this machine alone. */
  readonly token: string | undefined;
  /** Whether a proxy stands in front: then every request seems to come from its machine, and none is let in by that. */
  readonly behindProxy: boolean;
}

/** `GET /metrics`, for the operator. To everybody else it is not there. */
export function addMetricsRoute(
  routes: Routes,
  parts: { metrics: Metrics; metricsAccess: MetricsAccess },
): void {
  const { metrics, metricsAccess } = parts;
  routes.get(
    '/metrics',
    {
      schema: {
        tags: ['service'],
        summary: 'Metrics for Prometheus, for the operator alone',
        response: {
          200: {
            description: 'Every measure, as Prometheus reads it.',
            content: { [metrics.contentType]: { schema: z.string() } },
          },
          ...errorAnswers(404),
        },
      },
      onRequest: async (request) => {
        if (!isOperator(request, metricsAccess)) throw refusal('request.unknown_route');
      },
    },
    async (_request, reply) => await reply.type(metrics.contentType).send(await metrics.text()),
  );
}

function isOperator(request: FastifyRequest, { token, behindProxy }: MetricsAccess): boolean {
  if (token !== undefined) return bears(request, token);
  return !behindProxy && comesFromThisMachine(request);
}

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

/** Takes the same time whatever the answer: digests are of one length. */
function bears(request: FastifyRequest, token: string): boolean {
  return timingSafeEqual(digest(bearerToken(request) ?? ''), digest(token));
}
