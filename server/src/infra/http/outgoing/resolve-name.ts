import type { LookupAddress } from 'node:dns';
import { Resolver } from 'node:dns/promises';
import { readFile } from 'node:fs/promises';
import { isIP } from 'node:net';

/** Finds what a name stands for. Rejects when nobody knows it, or nobody says so in time. */
export type ResolveName = (hostname: string) => Promise<LookupAddress[]>;

const HOSTS_FILE = '/etc/hosts';
/** A datagram can get lost: a server is asked a second time. */
const ASK_AGAIN_AFTER_MS = 1_500;
const ANSWER_WITHIN_MS = 5_000;

/**
 * Resolves names that customers choose: by the machine's file of hosts, else by its name servers, which are asked for the
 * name in full. Not by the system's own look-up: it waits in one of the few threads that the whole process has for it, so
 * that some names whose servers never answer would keep everything else from being resolved.
 */
export function createNameResolution(
  parts: { hostsFile?: string; nameServers?: readonly string[] } = {},
): ResolveName {
  const { hostsFile = HOSTS_FILE, nameServers } = parts;

  async function ask(hostname: string): Promise<LookupAddress[]> {
    const resolver = new Resolver({ timeout: ASK_AGAIN_AFTER_MS, tries: 2 });
    if (nameServers) resolver.setServers(nameServers);
    const late = setTimeout(() => resolver.cancel(), ANSWER_WITHIN_MS);
    const [four, six] = await Promise.allSettled([
      resolver.resolve4(hostname),
      resolver.resolve6(hostname),
    ]).finally(() => clearTimeout(late));
    const found = [four, six].flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : []));
    if (found.length === 0 && four.status === 'rejected') throw four.reason;
    return found.map(toAddress);
  }

  return async (hostname) => {
    // A machine need not have the file.
    const own = addressesIn(await readFile(hostsFile, 'utf8').catch(() => ''), hostname);
    return own.length > 0 ? own.map(toAddress) : await ask(hostname);
  };
}

const toAddress = (address: string): LookupAddress => ({ address, family: isIP(address) });

/** The addresses that a file of hosts has for a name. */
function addressesIn(hosts: string, hostname: string): string[] {
  const lines = hosts.split('\n').map((line) => line.replace(/#.*/, '').trim().split(/\s+/));
  return lines.flatMap(([address = '', ...names]) =>
    isIP(address) !== 0 && names.some((name) => name.toLowerCase() === hostname) ? [address] : [],
  );
}
