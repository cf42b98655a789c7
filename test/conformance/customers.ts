import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { inject } from 'vitest';

import { createCommandLineAdmin, type Admin } from './admin.ts';
import { createApi, onlyKey, type Api, type Keys, type LimitKind } from './api.ts';

const KEYS_AN_ACCOUNT = 3;
const WELCOME_AUD = 1.44;

export interface Customer {
  readonly email: string;
  /** The account's first key. */
  readonly key: string;
  /** The account's keys, those first that the rate limits leave free. */
  readonly keys: Keys;
  /** Asks with whichever of the account's keys the rate limits leave free. */
  readonly api: Api;
  /** Asks with the first key alone, and shows a 429 as it comes. */
  readonly impatient: Api;
}

/** The operator of the server that is tested. */
export const operator = (): Admin => createCommandLineAdmin(inject('conformance'));

/** Asks with a given key, or with none. */
export const apiWith = (key?: string): Api => createApi(inject('conformance').url, onlyKey(key));

/**
 * Asks without a good key, and waits where the server has heard too much of that from this address: the chapters
 * together do so more often than a server with usual limits allows in a minute.
 */
export const strangerWith = (key?: string): Api =>
  createApi(inject('conformance').url, {
    keyFor: async () => key,
    async limited(_kind, _key, seconds) {
      await delay(seconds * 1000);
      return true;
    },
  });

/** A new account with the welcome credit, or with `credit` AUD instead (`0.5`), and a key to it. */
export async function newCustomer(options: { credit?: string } = {}): Promise<Customer> {
  const admin = operator();
  const email = `conformance-${randomUUID()}@example.org`;
  await admin.createAccount(email);
  if (options.credit !== undefined) {
    await admin.addCredit(email, (Number(options.credit) - WELCOME_AUD).toFixed(6));
  }
  const key = await admin.createKey(email, 'first');
  const keys = keyRing(admin, email, key);
  return { email, key, keys, impatient: apiWith(key), api: createApi(inject('conformance').url, keys) };
}

/**
 * Turns to another key of the account whenever one is over its limit, and waits when all three are: so a test can
 * ask more than one key may.
 */
function keyRing(admin: Admin, email: string, first: string): Keys {
  const keys = [first];
  const restingUntil = new Map<string, number>();
  let making: Promise<void> | undefined;

  const until = (kind: LimitKind, key: string): number => restingUntil.get(`${kind} ${key}`) ?? 0;
  const earliest = (kind: LimitKind): string =>
    keys.reduce((best, key) => (until(kind, key) < until(kind, best) ? key : best));

  async function another(): Promise<void> {
    keys.push(await admin.createKey(email, `key ${keys.length + 1}`));
    making = undefined;
  }

  return {
    async keyFor(kind) {
      await making;
      if (until(kind, earliest(kind)) > Date.now() && keys.length < KEYS_AN_ACCOUNT) {
        await (making ??= another());
      }
      const key = earliest(kind);
      await delay(Math.max(0, until(kind, key) - Date.now()));
      return key;
    },
    async limited(kind, key, seconds) {
      restingUntil.set(`${kind} ${key}`, Date.now() + seconds * 1000);
      return true;
    },
  };
}
