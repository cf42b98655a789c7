import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';

/** What a deployment lets its customers have it connect to. */
export interface DestinationPolicy {
  /** Whether networks that only the operator can reach are destinations, too. */
  readonly allowPrivate: boolean;
}

/**
 * Where clouds tell a machine its secrets. Most lie in ranges that are refused anyway; one looks private and one public,
 * so that they are named: AWS, Azure, Alibaba and others.
 */
const METADATA_ADDRESSES = new Set(['169.254.169.254', 'fd00:ec2::254', '168.63.129.16', '100.100.100.200']);

const PRIVATE_RANGES = new Set(['private', 'loopback', 'carrierGradeNat', 'uniqueLocal']);

/**
 * All that has been given out for the public IPv6 internet (RFC 4291, IANA). Everything beyond it is refused without a
 * closer look, and with it the forms that carry an IPv4 address inside: mapped, compatible, NAT64 of both prefixes.
 */
const PUBLIC_IPV6 = ipaddr.IPv6.parseCIDR('2000::/3');

/** Why an address must not be connected to, as a phrase that follows "it"; null when it may. */
export function addressObjection(text: string, { allowPrivate }: DestinationPolicy): string | null {
  // Not `ipaddr.isValid`, which takes 127.1 and 0177.0.0.1 for addresses as well.
  if (isIP(text) === 0) return 'is no address';
  const address = ipaddr.parse(text);
  if (METADATA_ADDRESSES.has(address.toString())) return 'is where a cloud keeps its secrets';
  const range = address.range();
  if (PRIVATE_RANGES.has(range)) return allowPrivate ? null : 'is inside a private network';
  const isPublic = range === 'unicast' && (address instanceof ipaddr.IPv4 || address.match(PUBLIC_IPV6));
  return isPublic ? null : 'is not an address of the public internet';
}

const MAX_URL_LENGTH = 2048;

/** Below it live mail, shells and the like, which a stray POST should not reach. */
const FIRST_UNRESERVED_PORT = 1024;
const WEB_PORTS = new Set(['', '80', '443']);

/**
 * Why a URL is no destination, as far as it tells by itself, as a sentence; null when nothing speaks against it. Numeric
 * hosts in whatever base arrive here as the addresses that they are: the URL has parsed them.
 */
export function urlObjection(url: URL | null, policy: DestinationPolicy): string | null {
  if (url === null) return 'it is not a URL.';
  // Counted as it is sent: what is not ASCII takes three characters a byte.
  if (url.href.length > MAX_URL_LENGTH) return `it must have at most ${MAX_URL_LENGTH} characters.`;
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return 'it must begin with https:// or http://.';
  if (url.username !== '' || url.password !== '') return 'it must not contain a user name or password.';
  if (!WEB_PORTS.has(url.port) && Number(url.port) < FIRST_UNRESERVED_PORT) {
    return `its port must be 80, 443 or at least ${FIRST_UNRESERVED_PORT}.`;
  }
  const address = literalAddress(url.hostname);
  const objection = address === null ? null : addressObjection(address, policy);
  return objection && `its host ${objection}.`;
}

/** The address that a URL's host is, brackets taken off; null when it is a name. */
export function literalAddress(hostname: string): string | null {
  const bare = hostname.replace(/^\[(.*)\]$/, '$1');
  return isIP(bare) === 0 ? null : bare;
}
