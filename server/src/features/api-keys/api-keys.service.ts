import { timingSafeEqual } from 'node:crypto';

import type { Database } from '../../infra/database/schema.ts';
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
  findUsableKey,
  insertKey,
  listKeys,
  lockKeysOf,
  markRevoked,
  markUsed,
  type ApiKeyRow,
} from './api-keys.store.ts';
import { createRecentHolders } from './recent-holders.ts';

const MAX_UNREVOKED_KEYS = 3;
const MAX_NAME_LENGTH = 100;

/** "Last used" is kept to the minute: a write for every request would cost more than the answer is worth. */
const LAST_USED_PRECISION_MS = 60_000;

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

  return {
    /** The holder of a key, or null: missing, malformed, unknown and revoked keys are not told apart. */
    async authenticate(key: string | undefined, address: string): Promise<KeyHolder | null> {
      if (key === undefined || !looksLikeKey(key)) return null;
      return await recentHolders.find(digestOf(key), address);
    },

    /**
     * Makes a key and returns it, for the only time, in full.
     * @throws OperatorError when the account has three unrevoked keys, or the name is empty or over 100 characters
     */
    async create(accountId: string, name: string): Promise<{ key: string; apiKey: ApiKey }> {
      const trimmed = name.trim();
      if (trimmed === '' || trimmed.length > MAX_NAME_LENGTH) {
        throw new OperatorError(`A key's name has 1 to ${MAX_NAME_LENGTH} characters.`);
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
      await database.transaction().execute(async (trx) => {
        await lockKeysOf(trx, accountId);
        if ((await countUnrevokedKeys(trx, accountId)) >= MAX_UNREVOKED_KEYS) {
          throw new OperatorError(`The account has ${MAX_UNREVOKED_KEYS} keys already: revoke one first.`);
        }
        await insertKey(trx, row);
      });
      return { key, apiKey: toApiKey(row) };
    },

    list: async (accountId: string): Promise<ApiKey[]> => (await listKeys(database, accountId)).map(toApiKey),

    /**
     * Revokes one of an account's keys, named by its id, its name or its last four characters.
     * @throws OperatorError when no unrevoked key, or more than one, is meant
     */
    async revoke(accountId: string, which: string): Promise<ApiKey> {
      const meant = (await listKeys(database, accountId)).filter(
        (row) => row.revoked_at === null && [row.id, row.name, row.last_four].includes(which),
      );
      const [row] = meant;
      if (!row)
        throw new OperatorError(
          `No unrevoked key has the id, the name or the last four characters "${which}".`,
        );
      if (meant.length > 1)
        throw new OperatorError(`"${which}" means more than one key: revoke it by its id.`);
      const at = clock.now();
      await markRevoked(database, { id: row.id, at });
      recentHolders.forget(row.digest);
      return toApiKey({ ...row, revoked_at: at });
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
