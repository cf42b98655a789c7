import type { Socket } from 'node:net';
import { errorDetail, ERRORS, HEADERS } from '@icana/contract';

import { newId } from '../../lib/ids.ts';

/** The answer to what never became a request: broken HTTP, headers that are too long or too slow. */
export function answerUnparsable(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const problem = PROBLEMS[error.code ?? ''] ?? 'it is not valid HTTP.';
  const body = JSON.stringify({ detail: errorDetail('request.malformed', { problem }) });
  socket.end(
    [
      `HTTP/1.1 ${ERRORS['request.malformed'].status} Bad Request`,
      'Content-Type: application/json; charset=utf-8',
      `Content-Length: ${Buffer.byteLength(body)}`,
      `${HEADERS.requestId}: ${newId()}`,
      `${HEADERS.errorCode}: request.malformed`,
      'Connection: close',
      '',
      body,
    ].join('\r\n'),
  );
}

const PROBLEMS: Readonly<Record<string, string>> = {
  ERR_HTTP_REQUEST_TIMEOUT: 'it did not arrive in time.',
  HPE_HEADER_OVERFLOW: 'its headers are too long.',
};
