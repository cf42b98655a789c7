import { Readable } from 'node:stream';
import type { FastifyReply } from 'fastify';

/** An event, or a heartbeat: a comment that tells proxies and clients that the connection lives. */
export type ServerSentEvent =
  { readonly event: 'heartbeat' } | { readonly event: string; readonly data: object };

const EVENT_STREAM_TYPE = 'text/event-stream; charset=utf-8';

/**
 * Answers with server-sent events (HTML Standard, 9.2) until there are no more. Written here because it is a stream of
 * text like any other, to which the framework knows how to do justice: slow readers hold it up and those who leave end
 * it. Pass events that end with {@link whenOver}.
 */
export function sendEvents(reply: FastifyReply, events: AsyncIterable<ServerSentEvent>): FastifyReply {
  return (
    reply
      .type(EVENT_STREAM_TYPE)
      .header('cache-control', 'no-store')
      .header('x-accel-buffering', 'no')
      // One that was kept alive would keep a server from closing that ends its streams in order to close.
      .header('connection', 'close')
      .send(Readable.from(encode(events), { objectMode: false }))
  );
}

async function* encode(events: AsyncIterable<ServerSentEvent>): AsyncGenerator<string> {
  for await (const each of events) {
    // JSON has no line breaks, so that one line holds it.
    yield 'data' in each ? `event: ${each.event}\ndata: ${JSON.stringify(each.data)}\n\n` : ': heartbeat\n\n';
  }
}

/** Aborts once the answer has been sent or its reader has gone, also when he went before this was asked. */
export function whenOver(reply: FastifyReply): AbortSignal {
  const over = new AbortController();
  if (reply.raw.destroyed) over.abort();
  else reply.raw.once('close', () => over.abort());
  return over.signal;
}
