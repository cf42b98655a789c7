import type { IncomingMessage, Server, ServerResponse } from 'node:http';

import helmet from '@fastify/helmet';
import Fastify, { LogController, type FastifyBaseLogger } from 'fastify';
import { serializerCompiler, validatorCompiler, type ZodTypeProvider } from 'fastify-type-provider-zod';
import { HEADERS } from '@icana/contract';

import { newId } from '../../lib/ids.ts';
import { refusal } from './api-error.ts';
import { hangUpSoon } from './early-answers.ts';
import { sendError, sendUnknownRoute } from './error-answers.ts';
import { answerUnparsable, answerUnroutable } from './unparsable-requests.ts';

/** How long a client may take. Uploads over slow lines are welcome, silence is not. */
export interface HttpTimeouts {
  /** From the first byte to the end of the headers. */
  readonly headersMs: number;
  /** Without a byte in either direction: a client that went away without saying so. */
  readonly silenceMs: number;
  /** For a body that is no recording, all of it. */
  readonly bodyMs: number;
  /** For a whole request, body included. */
  readonly requestMs: number;
  /** How often headers and requests are looked at. */
  readonly checkEveryMs: number;
}

const DEFAULT_TIMEOUTS: HttpTimeouts = {
  headersMs: 20_000,
  silenceMs: 60_000,
  bodyMs: 60_000,
  requestMs: 2 * 3_600_000,
  checkEveryMs: 5000,
};

declare module 'fastify' {
  interface FastifyInstance {
    /** How long a body may take to arrive that is no recording. */
    readonly bodyMs: number;
  }
}

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
    // The last address of the list is the proxy's word; those before it are whatever the client likes.
    trustProxy: trustProxy && ((_address, hop) => hop === 0),
    // What still arrives while the service stops is served, or cut off: the framework's own answer is none of ours.
    return503OnClosing: false,
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
    clientErrorHandler: (error, socket) => answerUnparsable(error, socket, log),
  }).withTypeProvider<ZodTypeProvider>();

  server.setValidatorCompiler(validatorCompiler);
  server.setSerializerCompiler(serializerCompiler);
  server.setErrorHandler(sendError);
  server.setNotFoundHandler(sendUnknownRoute);
  // Neither a body nor its type matters where no route takes it.
  server.removeAllContentTypeParsers();
  server.addContentTypeParser('*', (_request, _body, done) => done(null));
  server.decorate('bodyMs', timeouts.bodyMs);
  server.decorateRequest('caller', null);
  server.decorateRequest('person', null);
  answerWhatNodeWould(server.server, log);
  server.addHook('onRequest', async (request, reply) => {
    reply.header(HEADERS.requestId, request.id);
    if (request.headers.host === undefined && request.raw.httpVersion === '1.1') {
      throw refusal('request.malformed', { problem: 'it has no Host header.' });
    }
  });
  // After every guard, and before anything is said about a body that has nowhere to go.
  server.addHook('preParsing', async (request) => {
    if (request.is404) throw refusal('request.unknown_route');
    requireSingleParameters(request.query);
  });
  // Before the answer goes out: once it has, node reads on whatever we say.
  server.addHook('onSend', async (request) => {
    if (!request.raw.complete) hangUpSoon(request);
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
  });
  await server.register(helmet, { contentSecurityPolicy: CONTENT_SECURITY_POLICY });
  return server;
}

/** Takes over what node answers by itself: without a body, with a status of its own, or not at all. */
function answerWhatNodeWould(server: Server, log: FastifyBaseLogger): void {
  const asAnyOther = (request: IncomingMessage, response: ServerResponse) =>
    server.emit('request', request, response);
  // Whatever a client expects is no reason for a 417, and whether its body is wanted the route decides.
  server.on('checkExpectation', asAnyOther).on('checkContinue', asAnyOther);
  server.on('connect', (_request, socket) => answerUnroutable(socket, log));
}

/** @throws ApiError 400 naming the parameter that has more than one value */
function requireSingleParameters(query: unknown): void {
  for (const [name, value] of Object.entries(query as Record<string, unknown>)) {
    if (!Array.isArray(value)) continue;
    throw refusal('request.malformed', { problem: `${name.slice(0, 40)} is given more than once.` });
  }
}

/** Everything comes from here; pages need inline styles, images in data URLs, and a look at recordings not yet sent. */
const CONTENT_SECURITY_POLICY = {
  useDefaults: false,
  directives: {
    defaultSrc: ["'self'"],
    scriptSrc: ["'self'"],
    styleSrc: ["'self'", "'unsafe-inline'"],
    mediaSrc: ["'self'", 'blob:'],
    imgSrc: ["'self'", 'data:'],
    fontSrc: ["'self'", 'data:'],
    objectSrc: ["'none'"],
    baseUri: ["'none'"],
    frameAncestors: ["'none'"],
    formAction: ["'self'"],
  },
};

/** A server, or a part of one, to which routes can be added with their schemas as types. */
export type Routes = Pick<HttpServer, 'get' | 'post' | 'put' | 'delete' | 'addHook' | 'register' | 'route'>;
