import { errorSchema, HEADERS, type ErrorStatus } from '@icana/contract';
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import type { z } from 'zod';

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

/** How a part of the server shows its errors: the body's shape, and the body of each. */
interface ErrorShape<Schema extends z.ZodType> {
  readonly schema: Schema;
  readonly bodyOf: (error: ApiError) => z.infer<Schema>;
}

/** The handlers and the documentation of errors in a shape. Whatever the shape, the headers are the same. */
export function errorsShaped<Schema extends z.ZodType>({ schema, bodyOf }: ErrorShape<Schema>) {
  /** Answers with the error: its code and the request's id in the headers. */
  function send(thrown: unknown, request: FastifyRequest, reply: FastifyReply): void {
    const error = toApiError(thrown);
    if (error.status === 500)
      request.log.error({ err: error.cause ?? error, code: error.code }, error.message);
    if (error.status === 429 && !reply.hasHeader('retry-after'))
      reply.header('retry-after', RETRY_AFTER_SECONDS);
    void reply
      .code(error.status)
      .header(HEADERS.requestId, request.id)
      .header(HEADERS.errorCode, error.code)
      .type('application/json; charset=utf-8')
      // As text: the answer to an error never depends on a route's schema.
      .send(JSON.stringify(bodyOf(error)));
  }

  /** The handler of whatever has no route. */
  const sendUnknown = (request: FastifyRequest, reply: FastifyReply): void =>
    send(refusal('request.unknown_route'), request, reply);

  /** The `response` schemas of a route's errors, for its documentation. */
  const answers = <Status extends ErrorStatus>(...statuses: readonly Status[]) => {
    const answer = (status: Status) => ({
      description: STATUS_MEANINGS[status],
      content: { 'application/json': { schema } },
    });
    const each = statuses.map((status) => [status, answer(status)]);
    return Object.fromEntries(each) as Record<Status, ReturnType<typeof answer>>;
  };

  return { send, sendUnknown, answers };
}

/** Errors as all of the server shows them where nothing else is said. */
const ownErrors = errorsShaped({ schema: errorSchema, bodyOf: ({ message }) => ({ detail: message }) });
export const sendError = ownErrors.send;
export const sendUnknownRoute = ownErrors.sendUnknown;
export const errorAnswers = ownErrors.answers;
