import type { onRequestAsyncHookHandler } from 'fastify';

import { refusal } from '../../infra/http/api-error.ts';
import { sendError } from '../../infra/http/error-answers.ts';
import type { Routes } from '../../infra/http/http-server.ts';
import { personOf } from '../../infra/http/request-context.ts';
import { OperatorError } from '../../lib/operator-error.ts';
import { addOperatedAccountRoutes, type OperatedAccountRouteParts } from './operated-accounts.routes.ts';
import { addOperatedJobRoutes, type OperatedJobRouteParts } from './operated-jobs.routes.ts';
import { addOperatedSystemRoutes, type OperatedSystemRouteParts } from './operated-system.routes.ts';

export interface OperatorRouteParts
  extends OperatedAccountRouteParts, OperatedJobRouteParts, OperatedSystemRouteParts {}

/** What operators see and do, under /operator. To everybody else none of it is there. */
export async function addOperatorRoutes(app: Routes, parts: OperatorRouteParts): Promise<void> {
  await app.register(
    async (routes) => {
      routes.addHook('onRequest', requireOperator);
      routes.setErrorHandler((error, request, reply) => sendError(asRefusal(error), request, reply));
      await addOperatedAccountRoutes(routes, parts);
      addOperatedJobRoutes(routes, parts);
      await addOperatedSystemRoutes(routes, parts);
    },
    { prefix: '/operator' },
  );
}

const requireOperator: onRequestAsyncHookHandler = async (request) => {
  if (!personOf(request).isOperator) throw refusal('request.unknown_route');
};

/** What an operator is told at the command line, he is told on the pages. */
const asRefusal = (error: unknown): unknown =>
  error instanceof OperatorError ? refusal('operator.refused', { problem: error.message }) : error;
