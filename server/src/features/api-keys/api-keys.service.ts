import { timingSafeEqual } from 'node:crypto';

import { inTransaction } from '../../infra/database/in-transaction.ts';
import type { Database } from '../../infra/database/schema.ts';
import { refusal } from '../../infra/http/api-error.ts';
import type { Clock } from '../../lib/clock.ts';
import { newId } from '../../lib/ids.ts';
import { OperatorError } from '../../lib/operator-error.ts';
import {
  digestOf,
  looksLikeKey,
  maskedKey,
  newKey,
  type KeyHolder,
  type KeyPrefix,
} from './api-keys.rules.ts';
import {
  countUnrevokedKeys,
  eraseKeys,
  findUsableKey,
  insertKey,
  listKeys,
  lockKeysOf,
  markRevoked,
  markUsed,
  type ApiKeyRow,
} from './api-keys.store.ts';
import { createRecentHolders } from './recent-holders.ts';

export const MAX_UNREVOKED_KEYS = 3;
const MAX_NAME_LENGTH = 100;
/** What a list can show in a line. */
const KEY_NAME = new RegExp(`^\\P{Cc}{1,${MAX_NAME_LENGTH}}$`, 'u');

/** "Last used" is kept to the minute: a write for every request would cost more than the answer is worth. */
const LAST_USED_PRECISION_MS = 60_000;

/** How many keys an account has whose e-mail address is not verified: one can be tried out, and answers 403. */
const MAX_UNVERIFIED_KEYS = 1;

/** A key as lists show it: what it was called, never what it was. */
export interface ApiKey {
  readonly id: string;
  readonly name: string;
  readonly masked: string;
  readonly createdAt: Date;
  readonly lastUsedAt: Date | null;
  readonly lastUsedAddress: string | null;
  readonly revokedAt: Date | null;
}

export type ApiKeys = ReturnType<typeof createApiKeys>;

/**
 * API keys: shown once when made, then known by their digest alone.
 *
 * @param parts.recentMs how long a key found good counts as good without being looked up again: the time after which a
 *   revoked key works nowhere
 */
export function createApiKeys(parts: {
  database: Database;
  clock: Clock;
  prefix: KeyPrefix;
  recentMs: number;
}) {
  const { database, clock, prefix, recentMs } = parts;
  const recentHolders = createRecentHolders({ find: findHolder, keptMs: recentMs });

  async function findHolder(digest: Buffer, address: string): Promise<KeyHolder | null> {
    const found = await findUsableKey(database, digest);
    if (!found || !timingSafeEqual(found.digest, digest)) return null;
    const now = clock.now();
    if (now.getTime() - (found.last_used_at?.getTime() ?? 0) >= LAST_USED_PRECISION_MS) {
      await markUsed(database, { id: found.id, at: now, address });
    }
    return {
      keyId: found.id,
      accountId: found.account_id,
      accountStatus: found.account_status,
      limits: { submit: found.rate_limit_submit, request: found.rate_limit_request },
    };
  }

  async function revokeRow(row: ApiKeyRow, db = database): Promise<ApiKey> {
    const at = clock.now();
    await markRevoked(db, { id: row.id, at });
    recentHolders.forget(row.digest);
    return toApiKey({ ...row, revoked_at: at });
  }

  return {
    /** The holder of a key, or null: missing, malformed, unknown and revoked keys are not told apart. */
    async authenticate(key: string | undefined, address: string): Promise<KeyHolder | null> {
      if (key === undefined || !looksLikeKey(key)) return null;
      return await recentHolders.find(digestOf(key), address);
    },

    /**
     * Makes a key and returns it, for the only time, in full.
     * @throws ApiError 400 when the account has three unrevoked keys, or one while it is unverified, or the name is empty
     *   or over 100 characters
     */
    async create(accountId: string, name: string, db = database): Promise<{ key: string; apiKey: ApiKey }> {
      const trimmed = name.trim();
      if (!KEY_NAME.test(trimmed)) {
        throw refusal('keys.name_invalid', { limit: String(MAX_NAME_LENGTH) });
      }
      const key = newKey(prefix);
      const row: ApiKeyRow = {
        id: newId(),
        account_id: accountId,
        name: trimmed,
        digest: digestOf(key),
        prefix,
        last_four: key.slice(-4),
        created_at: clock.now(),
        last_used_at: null,
        last_used_address: null,
        revoked_at: null,
      };
      await inTransaction(db, async (trx) => {
        const status = await lockKeysOf(trx, accountId);
        const unrevoked = await countUnrevokedKeys(trx, accountId);
        if (unrevoked >= MAX_UNREVOKED_KEYS) {
          throw refusal('keys.too_many', { limit: String(MAX_UNREVOKED_KEYS) });
        }
        if (status === 'unverified' && unrevoked >= MAX_UNVERIFIED_KEYS) throw refusal('keys.unverified');
        await insertKey(trx, row);
      });
      return { key, apiKey: toApiKey(row) };
    },

    /** Revokes all keys of an account that is erased, as part of `trx`. */
    eraseAll: async (trx: Database, accountId: string): Promise<void> =>
      await eraseKeys(trx, accountId, clock.now()),

    list: async (accountId: string): Promise<ApiKey[]> => (await listKeys(database, accountId)).map(toApiKey),

    /**
     * Revokes one of an account's keys, named by its id, its name or its last four characters.
     * @throws OperatorError when no unrevoked key, or more than one, is meant
     */
    async revoke(accountId: string, which: string, db = database): Promise<ApiKey> {
      const meant = (await listKeys(db, accountId)).filter(
        (row) => row.revoked_at === null && [row.id, row.name, row.last_four].includes(which),
      );
      const [row] = meant;
      if (!row)
        throw new OperatorError(
          `No unrevoked key has the id, the name or the last four characters "${which}".`,
        );
      if (meant.length > 1)
        throw new OperatorError(`"${which}" means more than one key: revoke it by its id.`);
      return await revokeRow(row, db);
    },

    /** @throws ApiError 404 when the id is none, unknown or another account's, or the key was revoked before */
    async revokeById(wanted: { accountId: string; id: string }): Promise<ApiKey> {
      const rows = await listKeys(database, wanted.accountId);
      const row = rows.find(({ id, revoked_at }) => id === wanted.id && revoked_at === null);
      if (!row) throw refusal('keys.not_found');
      return await revokeRow(row);
    },
  };
}

function toApiKey(row: ApiKeyRow): ApiKey {
  return {
    id: row.id,
    name: row.name,
    masked: maskedKey({ prefix: row.prefix, lastFour: row.last_four }),
    createdAt: row.created_at,
    lastUsedAt: row.last_used_at,
    lastUsedAddress: row.last_used_address,
    revokedAt: row.revoked_at,
  };
}
