import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { ERRORS, HEADERS } from '@icana/contract';
import type { FastifyBaseLogger } from 'fastify';

import { newId } from '../../lib/ids.ts';
import { refusal, type ApiError } from './api-error.ts';

/** Node adds the bytes that it could not parse. */
type ParseError = NodeJS.ErrnoException & { readonly rawPacket?: unknown };

/** The answer to what never became a request: broken HTTP, unknown verbs, headers that are too long or too slow. */
export function answerUnparsable(error: ParseError, socket: Duplex, log: FastifyBaseLogger): void {
  if (error.code === 'ECONNRESET') socket.destroy();
  else answer(socket, log, whatIsWrong(error));
}

/** The answer to a `CONNECT`, which asks for a tunnel and not for a route. */
export function answerUnroutable(socket: Duplex, log: FastifyBaseLogger): void {
  answer(socket, log, refusal('request.unknown_route'));
}

/** A sound request line, but for its verb. */
const REQUEST_LINE = /^[A-Z][A-Z-]* \S+ HTTP\/1\.[01]\r\n/;

const PROBLEMS: Readonly<Record<string, string>> = {
  ERR_HTTP_REQUEST_TIMEOUT: 'it did not arrive in time.',
  HPE_HEADER_OVERFLOW: 'its headers are too long.',
  HPE_UNEXPECTED_CONTENT_LENGTH: 'it says in more than one way how long its body is.',
  HPE_INVALID_CONTENT_LENGTH: 'its Content-Length is not a length.',
  HPE_INVALID_TRANSFER_ENCODING: 'its Transfer-Encoding is not understood.',
  HPE_INVALID_CHUNK_SIZE: 'its body is not in chunks as it says.',
};

function whatIsWrong({ code = '', rawPacket }: ParseError): ApiError {
  if (
    code === 'HPE_INVALID_METHOD' &&
    Buffer.isBuffer(rawPacket) &&
    REQUEST_LINE.test(rawPacket.toString('latin1'))
  ) {
    return refusal('request.unknown_route');
  }
  return refusal('request.malformed', { problem: PROBLEMS[code] ?? 'it is not valid HTTP.' });
}

function answer(socket: Duplex, log: FastifyBaseLogger, error: ApiError): void {
  if (!socket.writable) {
    socket.destroy();
    return;
  }
  const requestId = newId();
  const status = ERRORS[error.code].status;
  const body = JSON.stringify({ detail: error.message });
  socket.end(
    [
      `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
      'Content-Type: application/json; charset=utf-8',
      `Content-Length: ${Buffer.byteLength(body)}`,
      `${HEADERS.requestId}: ${requestId}`,
      `${HEADERS.errorCode}: ${error.code}`,
      'Connection: close',
      '',
      body,
    ].join('\r\n'),
  );
  log.info({ reqId: requestId, status, code: error.code }, 'answered what was no request');
}
