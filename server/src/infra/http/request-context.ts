import type { AccountStatus } from '@icana/contract';

/** For whom a request is, once it is known who sends it. */
export interface Caller {
  readonly accountId: string;
  /** The key it was sent with; null where a person sent it from the dashboard. */
  readonly keyId: string | null;
}

/** Who sits before the dashboard, once the session has been checked. */
export interface Person {
  readonly personId: string;
  readonly accountId: string;
  readonly accountStatus: AccountStatus;
  readonly email: string;
  /** Whether the pages of the operator are open. */
  readonly isOperator: boolean;
}

declare module 'fastify' {
  interface FastifyRequest {
    /** Set by the guard of /api/v1 before any handler runs there; null elsewhere. */
    caller: Caller | null;
    /** Set by the guard of /app before any handler runs there; null elsewhere. */
    person: Person | null;
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

/** The person of a request behind the guard of /app. */
export function personOf(request: { person: Person | null }): Person {
  if (!request.person) throw new Error('A route that needs a person is not behind the guard.');
  return request.person;
}
