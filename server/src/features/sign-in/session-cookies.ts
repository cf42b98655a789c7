import type { FastifyReply, FastifyRequest } from 'fastify';

/** The header that tells the sign-in library an address: no client's word, but the server's. */
export const ADDRESS_HEADER = 'x-icana-address';

/** Who asks: a request, as far as the sign-in library looks at it. */
export type Asker = Pick<FastifyRequest, 'headers' | 'ip'>;

/** A request as the sign-in library needs it: who asks, from where, and with which session. */
export function authHeaders({ headers, ip }: Asker): Headers {
  const { cookie, 'user-agent': userAgent } = headers;
  return new Headers({
    [ADDRESS_HEADER]: ip,
    ...(cookie !== undefined && { cookie }),
    ...(userAgent !== undefined && { 'user-agent': userAgent }),
  });
}

/** Hands the cookies that the sign-in library sets to the browser. */
export function passCookies(from: Headers, reply: FastifyReply): void {
  for (const cookie of from.getSetCookie()) reply.header('set-cookie', cookie);
}
