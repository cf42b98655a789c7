import type { KeyHolder } from './api-keys.rules.ts';

/** More keys than are in use within half a second; past it all are asked for again. */
const MOST_KEPT = 10_000;

/** Asks for the holder of the key with that digest; null when there is none. */
type FindHolder = (digest: Buffer, address: string) => Promise<KeyHolder | null>;

interface Recent {
  readonly holder: Promise<KeyHolder | null>;
  readonly askedAtMs: number;
}

/**
 * Remembers good keys for a moment, so that a client which asks often costs one look at the database in that time,
 * also when its requests come at once. What became of a key or its account is known `keptMs` later at the latest,
 * counted from when the question was put. Keys that open nothing are not remembered: nobody can fill the memory with
 * them, and an account that is restored need not wait.
 */
export function createRecentHolders({ find, keptMs }: { find: FindHolder; keptMs: number }) {
  const recent = new Map<string, Recent>();
  return {
    async find(digest: Buffer, address: string): Promise<KeyHolder | null> {
      const id = digest.toString('base64');
      // Not the clock's time, which may be set back.
      const nowMs = performance.now();
      const known = recent.get(id);
      if (known && nowMs - known.askedAtMs < keptMs) return await known.holder;
      if (recent.size >= MOST_KEPT) recent.clear();
      const asked = { holder: find(digest, address), askedAtMs: nowMs };
      recent.set(id, asked);
      const forget = () => recent.get(id) === asked && recent.delete(id);
      asked.holder.then((holder) => holder?.accountStatus === 'active' || forget(), forget);
      return await asked.holder;
    },

    forget: (digest: Buffer): boolean => recent.delete(digest.toString('base64')),
  };
}
