import { errorSchema, HEADERS, type ErrorStatus } from '@icana/contract';
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';

import { ApiError, internalError, refusal } from './api-error.ts';
import { STATUS_MEANINGS } from './errors-page.ts';

/**
 * The catalogue's error for whatever was thrown. The framework's own statuses (405, 413, 414, 415, 422 …) become the
 * documented ones; anything unknown is a 500 that says nothing of the inside.
 */
function toApiError(error: unknown): ApiError {
  if (error instanceof ApiError) return error;
  const { code, validation, statusCode = 500, message } = error as Partial<FastifyError>;
  if (validation) {
    return refusal('request.malformed', { problem: validation.map((issue) => issue.message).join('; ') });
  }
  if (code === 'FST_ERR_BAD_URL' || code === 'FST_ERR_MAX_PARAM_LENGTH')
    return refusal('request.unknown_route');
  if (code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE') {
    return refusal('request.malformed', { problem: 'its Content-Type is not one that is taken here.' });
  }
  if (statusCode >= 400 && statusCode < 500) {
    return refusal('request.malformed', { problem: message ?? 'no reason is known' });
  }
  return internalError('internal.unexpected', error);
}

/** When to try again where a limit has no window whose end is known. */
const RETRY_AFTER_SECONDS = 60;

/** Answers with the error: its sentence in the body, its code and the request's id in the headers. */
export function sendError(thrown: unknown, request: FastifyRequest, reply: FastifyReply): void {
  const error = toApiError(thrown);
  if (error.status === 500) request.log.error({ err: error.cause ?? error, code: error.code }, error.message);
  if (error.status === 429 && !reply.hasHeader('retry-after'))
    reply.header('retry-after', RETRY_AFTER_SECONDS);
  void reply
    .code(error.status)
    .header(HEADERS.requestId, request.id)
    .header(HEADERS.errorCode, error.code)
    .type('application/json; charset=utf-8')
    // As text: the answer to an error never depends on a route's schema.
    .send(JSON.stringify({ detail: error.message }));
}

/** The handler of whatever has no route. */
export function sendUnknownRoute(request: FastifyRequest, reply: FastifyReply): void {
  sendError(refusal('request.unknown_route'), request, reply);
}

/** The `response` schemas of a route's errors, for its documentation. */
export function errorAnswers<Status extends ErrorStatus>(...statuses: readonly Status[]) {
  const answer = (status: Status) => ({
    description: STATUS_MEANINGS[status],
    content: { 'application/json': { schema: errorSchema } },
  });
  const answers = statuses.map((status) => [status, answer(status)]);
  return Object.fromEntries(answers) as Record<Status, ReturnType<typeof answer>>;
}
