import type { FastifyReply, FastifyRequest } from 'fastify';

/**
 * After an answer that did not wait for the body, a client that goes on sending has this long to notice. Of a thousand
 * clients at once on a busy machine some took longer than a second, and lost their answers.
 */
const LINGER_MS = 5000;

/** So much of a body that nobody wants is thrown away; what would come after it is not even read. */
const UNWANTED_BYTES = 1024 * 1024;

/**
 * Tells a sender that asked by `Expect: 100-continue` to go on. Only who wants the body says so: before, the sender
 * waits, and a refusal costs neither side a byte of it.
 */
export function askForBody(request: FastifyRequest, reply: FastifyReply): void {
  if (/\b100-continue\b/i.test(request.headers.expect ?? '')) reply.raw.writeContinue();
}

/** Whether the sender went away before the whole body was here. */
export const hasGone = ({ raw }: FastifyRequest): boolean => raw.destroyed && !raw.complete;

/**
 * Ends a connection whose request was answered before its body had arrived, unless the rest is small. For a moment it
 * stays open, because a connection that is closed at once can take the answer with it.
 */
export function hangUpSoon({ raw }: FastifyRequest): void {
  let thrownAway = 0;
  raw.unpipe();
  raw.on('data', (chunk: Buffer) => {
    thrownAway += chunk.length;
    if (thrownAway > UNWANTED_BYTES) raw.pause();
  });
  const hangUp = () => {
    if (!raw.complete) raw.socket.destroy();
  };
  // Whatever has arrived in the meantime is read before it is looked whether that was all.
  setTimeout(() => setImmediate(hangUp), LINGER_MS).unref();
}
