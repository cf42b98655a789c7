import ipaddr from 'ipaddr.js';

/** Somebody with one IPv6 address has all others of its network, and can send each request from another one. */
const NETWORK_BITS = 64;

/** What a client's requests are counted by, where they are counted by where they come from. */
export function networkOf({ ip }: { readonly ip: string }): string {
  if (!ipaddr.isValid(ip)) return ip;
  // An address of IPv4 is the same inside one of IPv6.
  const address = ipaddr.process(ip);
  if (address instanceof ipaddr.IPv4) return address.toString();
  const network = new ipaddr.IPv6(address.parts.map((part, index) => (index < NETWORK_BITS / 16 ? part : 0)));
  return `${network.toString()}/${NETWORK_BITS}`;
}
