/** Who sends a request, once its key has been checked. */
export interface Caller {
  readonly accountId: string;
  readonly keyId: string;
}

declare module 'fastify' {
  interface FastifyRequest {
    /** Set by the guard of /api/v1 before any handler runs there; null elsewhere. */
    caller: Caller | null;
  }
  interface FastifyContextConfig {
    /** What the requests of a route are counted as by the rate limits; `request` where nothing is said. */
    limitClass?: 'submit' | 'request';
  }
}

/** The caller of a request behind the guard. */
export function callerOf(request: { caller: Caller | null }): Caller {
  if (!request.caller) throw new Error('A route that needs a caller is not behind the guard.');
  return request.caller;
}
