import type { FastifyRequest } from 'fastify';

const SAFE_METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS']);

export const isSafe = ({ method }: { method: string }): boolean => SAFE_METHODS.has(method);

/**
 * Whether a page of ours sent the request. Browsers say so themselves where the connection is secure or the machine's
 * own; elsewhere they name the origin, which must be where the request went, or the address that people use.
 */
export function comesFromOurPages(
  { headers }: Pick<FastifyRequest, 'headers'>,
  publicOrigin: string,
): boolean {
  const { 'sec-fetch-site': site, origin, host } = headers;
  if (site !== undefined) return site === 'same-origin';
  if (origin === undefined) return false;
  // Neither an origin that is none nor a host that is not named is the same as the other.
  return origin === publicOrigin || (host !== undefined && URL.parse(origin)?.host === host);
}
