import helmet from '@fastify/helmet';
import Fastify, { LogController, type FastifyBaseLogger, type FastifyRequest } from 'fastify';
import { serializerCompiler, validatorCompiler, type ZodTypeProvider } from 'fastify-type-provider-zod';
import { HEADERS } from '@icana/contract';

import { newId } from '../../lib/ids.ts';
import { refusal } from './api-error.ts';
import { sendError } from './error-answers.ts';
import { answerUnparsable } from './unparsable-requests.ts';

/** How long a client may take. Uploads over slow lines are welcome, silence is not. */
export interface HttpTimeouts {
  /** From the first byte to the end of the headers. */
  readonly headersMs: number;
  /** Without a byte in either direction: a client that went away without saying so. */
  readonly silenceMs: number;
  /** For a whole request, body included. */
  readonly requestMs: number;
  /** How often headers and requests are looked at. */
  readonly checkEveryMs: number;
}

const DEFAULT_TIMEOUTS: HttpTimeouts = {
  headersMs: 20_000,
  silenceMs: 60_000,
  requestMs: 2 * 3_600_000,
  checkEveryMs: 5000,
};

/** After an answer that did not wait for the body, a client that goes on sending has this long to notice. */
const LINGER_MS = 1000;

/** Longer than any path that fits the limit on headers, so that a long id is just an unknown one. */
const MAX_PARAM_LENGTH = 20_000;

export type HttpServer = Awaited<ReturnType<typeof createHttpServer>>;

/** An HTTP server without routes: what every answer has in common. */
export async function createHttpServer(parts: {
  log: FastifyBaseLogger;
  timeouts?: HttpTimeouts;
  /** Whether a proxy in front is believed about the client's address. */
  trustProxy?: boolean;
}) {
  const { log, timeouts = DEFAULT_TIMEOUTS, trustProxy = false } = parts;
  const server = Fastify({
    loggerInstance: log,
    trustProxy,
    // One line a request, below, instead of the framework's two.
    logController: new LogController({ disableRequestLogging: true }),
    requestIdHeader: false,
    genReqId: newId,
    connectionTimeout: timeouts.silenceMs,
    requestTimeout: timeouts.requestMs,
    http: {
      headersTimeout: timeouts.headersMs,
      connectionsCheckingInterval: timeouts.checkEveryMs,
      // Refused below instead: node would answer without a body.
      requireHostHeader: false,
    },
    routerOptions: { maxParamLength: MAX_PARAM_LENGTH },
    frameworkErrors: sendError,
    clientErrorHandler: answerUnparsable,
  }).withTypeProvider<ZodTypeProvider>();

  server.setValidatorCompiler(validatorCompiler);
  server.setSerializerCompiler(serializerCompiler);
  server.setErrorHandler(sendError);
  server.setNotFoundHandler((request, reply) => {
    sendError(refusal('request.unknown_route'), request, reply);
  });
  // No route takes a body but the one that registers the parser for it.
  server.removeAllContentTypeParsers();
  server.decorateRequest('caller', null);
  // Whatever a client expects, it gets an answer of this service; node's own would be a 417 without a body.
  server.server.on('checkExpectation', (request, response) =>
    server.server.emit('request', request, response),
  );
  server.addHook('onRequest', async (request, reply) => {
    reply.header(HEADERS.requestId, request.id);
    if (request.headers.host === undefined && request.raw.httpVersion === '1.1') {
      throw refusal('request.malformed', { problem: 'it has no Host header.' });
    }
  });
  server.addHook('onResponse', async (request, reply) => {
    request.log.info(
      {
        method: request.method,
        path: request.url.split('?')[0],
        status: reply.statusCode,
        ms: Math.round(reply.elapsedTime),
        accountId: request.caller?.accountId,
      },
      'answered',
    );
    if (!request.raw.complete) hangUpSoon(request);
  });
  await server.register(helmet, { contentSecurityPolicy: CONTENT_SECURITY_POLICY });
  return server;
}

/**
 * Ends a connection whose request was answered before its body had arrived. What still arrives is thrown away for a
 * moment, because a connection that is closed at once takes the answer with it.
 */
function hangUpSoon(request: FastifyRequest): void {
  const { raw } = request;
  raw.unpipe();
  raw.resume();
  setTimeout(() => {
    if (!raw.complete) raw.socket.destroy();
  }, LINGER_MS).unref();
}

/** Everything comes from here; the API page needs inline styles and images in data URLs. */
const CONTENT_SECURITY_POLICY = {
  useDefaults: false,
  directives: {
    defaultSrc: ["'self'"],
    scriptSrc: ["'self'"],
    styleSrc: ["'self'", "'unsafe-inline'"],
    imgSrc: ["'self'", 'data:'],
    fontSrc: ["'self'", 'data:'],
    objectSrc: ["'none'"],
    baseUri: ["'none'"],
    frameAncestors: ["'none'"],
    formAction: ["'self'"],
  },
};

/** A server, or a part of one, to which routes can be added with their schemas as types. */
export type Routes = Pick<HttpServer, 'get' | 'post' | 'addHook' | 'register' | 'route'>;
