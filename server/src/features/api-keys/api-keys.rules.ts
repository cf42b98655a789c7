import { createHash } from 'node:crypto';
import type { AccountStatus } from '@icana/contract';

import { randomBase62 } from '../../lib/ids.ts';

/** What a deployment's keys begin with. Both kinds behave alike; the prefix tells a test system's keys apart. */
export type KeyPrefix = 'sk_test_' | 'sk_live_';

/** Who sends a request: a key that exists and is not revoked, and what its account is. */
export interface KeyHolder {
  readonly keyId: string;
  readonly accountId: string;
  readonly accountStatus: AccountStatus;
  /** How many requests of a kind a minute the account was given; null: as many as the deployment allows. */
  readonly limits: { readonly submit: number | null; readonly request: number | null };
}

const RANDOM_LENGTH = 32;
const KEY = /^sk_(test|live)_[0-9A-Za-z]{32}$/;

/** 32 random base62 characters: 190 bits, so that a plain digest of it needs no salt and no slow hash. */
export const newKey = (prefix: KeyPrefix): string => prefix + randomBase62(RANDOM_LENGTH);

export const looksLikeKey = (text: string): boolean => KEY.test(text);

/** SHA-256 of the key: the only form in which it is stored. */
export const digestOf = (key: string): Buffer => createHash('sha256').update(key).digest();

/** What a list shows of a key that cannot be shown again. */
export const maskedKey = (key: { prefix: string; lastFour: string }): string =>
  `${key.prefix}…${key.lastFour}`;
