import type { FastifyRequest } from 'fastify';

import { personOf } from '../../infra/http/request-context.ts';
import type { Actor } from './operators.ts';

/** Who asks, as the log has it. */
export function actorOf(request: FastifyRequest): Actor {
  const { email, accountId } = personOf(request);
  return { who: email, accountId };
}
