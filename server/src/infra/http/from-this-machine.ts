import type { FastifyRequest } from 'fastify';
import ipaddr from 'ipaddr.js';

/** The headers that proxies leave. They are believed in one thing only: that there was a proxy. */
const TRACES_OF_PROXIES = ['forwarded', 'x-forwarded-for', 'x-forwarded-host', 'x-real-ip', 'via'];

/**
 * Whether a program on this machine sent the request, and not a proxy on it for somebody else. A proxy that leaves no
 * trace cannot be told from one: where there is a proxy at all, do not ask this.
 */
export const comesFromThisMachine = ({ headers, raw }: FastifyRequest): boolean =>
  !TRACES_OF_PROXIES.some((name) => headers[name] !== undefined) && isLoopback(raw.socket.remoteAddress);

/**
 * Whether the request calls this machine by a name of its own, or by the one that people use. A page of another site can
 * have its own name lead here, and would read what is for this machine alone.
 */
export function callsThisMachine({ headers: { host } }: FastifyRequest, publicOrigin: string): boolean {
  const url = URL.parse(`http://${host}`);
  if (!url) return false;
  const { hostname } = url;
  if (hostname === 'localhost' || url.host === new URL(publicOrigin).host) return true;
  const address = hostname.replace(/^\[|\]$/g, '');
  return ipaddr.isValid(address) && isLoopback(address);
}

/** The connection's own address, in IPv4 or IPv6 or the one inside the other. */
const isLoopback = (address: string | undefined): boolean =>
  address !== undefined && ipaddr.process(address).range() === 'loopback';
