import type { LookupAddress } from 'node:dns';
import type { LookupFunction } from 'node:net';
import { callbackify } from 'node:util';
import { Agent, buildConnector, request } from 'undici';

import {
  addressObjection,
  literalAddress,
  urlObjection,
  type DestinationPolicy,
} from './destination-rules.ts';
import { createNameResolution, type ResolveName } from './resolve-name.ts';

/** The URL, or what its name stands for at the moment, is nothing that this service connects to. */
export class DestinationRefused extends Error {
  override readonly name = 'DestinationRefused';
}

interface OutgoingMessage {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** Ends the attempt, also in the middle of the answer. */
  readonly signal: AbortSignal;
}

export interface OutgoingRequests {
  /**
   * Makes sure that a message to the URL would be let out now.
   * @returns the URL as it is understood, with nothing in it but ASCII
   * @throws DestinationRefused with a sentence that says why it would not
   */
  check(url: string): Promise<string>;
  /**
   * Sends a message once, follows no redirect, and answers with the status.
   * @throws DestinationRefused, the signal's reason, or the error that the connection met
   */
  post(message: OutgoingMessage): Promise<number>;
}

const CONNECT_TIMEOUT_MS = 10_000;
/** Of the answer nothing is wanted but its status. */
const ANSWER_BYTES = 4096;

/**
 * Requests to places that customers name. An address is checked at the moment it is connected to, not before: what a
 * name stands for can change in between. A name keeps those of its addresses that are allowed.
 */
export function createOutgoingRequests(
  parts: DestinationPolicy & { resolve?: ResolveName },
): OutgoingRequests {
  const { resolve = createNameResolution() } = parts;

  async function resolveAllowed(hostname: string): Promise<LookupAddress[]> {
    const addresses = await resolve(hostname).catch((cause: unknown) => {
      throw new DestinationRefused('the name of its host cannot be resolved.', { cause });
    });
    const allowed = addresses.filter(({ address }) => addressObjection(address, parts) === null);
    if (allowed.length > 0) return allowed;
    const objection = addressObjection(addresses[0]?.address ?? '', parts);
    throw new DestinationRefused(`the address of its host ${objection}.`);
  }

  const resolveCalledBack = callbackify(resolveAllowed);
  // The connection is made to what comes out of here. Nobody asks here about a host that is an address already.
  const lookup: LookupFunction = (hostname, options, answer) => {
    resolveCalledBack(hostname, (error, addresses) => {
      const [first] = addresses ?? [];
      if (!first) answer(error, '');
      else if (options.all) answer(null, addresses);
      else answer(null, first.address, first.family);
    });
  };
  const connect = buildConnector({ lookup, timeout: CONNECT_TIMEOUT_MS, allowH2: false });
  const agent = new Agent({
    // Every message has a connection of its own, so every message is checked.
    pipelining: 0,
    connect(options, callback) {
      const address = literalAddress(options.hostname);
      const objection = address === null ? null : addressObjection(address, parts);
      if (objection === null) connect(options, callback);
      else callback(new DestinationRefused(`its host ${objection}.`), null);
    },
  });

  return {
    async check(text) {
      const url = URL.parse(text);
      const objection = urlObjection(url, parts);
      if (objection !== null) throw new DestinationRefused(objection);
      const { hostname, href } = url!;
      if (literalAddress(hostname) === null) await resolveAllowed(hostname);
      return href;
    },

    async post({ url, headers, body, signal }) {
      const objection = urlObjection(URL.parse(url), parts);
      if (objection !== null) throw new DestinationRefused(objection);
      const answer = await request(url, { method: 'POST', headers, body, signal, dispatcher: agent });
      // Read to a point and thrown away; a body that breaks off or does not end takes nothing from the status.
      await answer.body.dump({ limit: ANSWER_BYTES, signal }).catch(() => undefined);
      return answer.statusCode;
    },
  };
}
