import type { ItemList } from './item-list.ts';
import type { Transfer } from './transfer.ts';
import type { UploadItem } from './upload-item.ts';

/** A browser has six connections to a host, and the rest of the page needs some. */
const MOST_AT_ONCE = 2;

const INTERRUPTED = 'The connection was lost. Trying to reach the service again …';

/**
 * Carries files to the service: a few at once, the others in the order in which they came.
 *
 * @param on.whole is told of what has arrived
 * @param on.failure is told of what has not, and why; both take the item out of `sending`, and the next one goes
 */
export function createTransfers(
  list: ItemList,
  on: { whole: (key: string) => void; failure: (key: string, error: unknown) => void },
) {
  const { find, change } = list;
  const files = new Map<string, File>();
  const transfers = new Map<string, Transfer>();

  /** Starts as many as may go at once, in the order in which they came. */
  function pump(): void {
    const free = Math.max(0, MOST_AT_ONCE - list.inState('sending').length);
    const next = list.inState('waiting').slice(0, free);
    for (const item of next) void send(item);
  }

  async function send({ key }: UploadItem): Promise<void> {
    change(key, { state: 'sending', problem: null });
    try {
      const transfer = transfers.get(key) ?? (await transferOf(key));
      // Paused or taken off the list while the code came.
      if (transfer && find(key)?.state === 'sending') transfer.start();
    } catch (error) {
      fail(key, error);
    }
  }

  async function transferOf(key: string): Promise<Transfer | undefined> {
    // What carries bytes is not loaded by who only looks.
    const { createTransfer } = await import('./transfer.ts');
    const file = files.get(key);
    if (!file) return undefined;
    const transfer = createTransfer(file, {
      id: find(key)?.id ?? null,
      onId(known) {
        // Unless a list of the service was faster.
        list.set(list.items().filter((other) => other.key !== known || other.key === key));
        change(key, { id: known });
      },
      onProgress: (sentBytes) => change(key, { sentBytes, problem: null }),
      onInterruption: () => change(key, { problem: INTERRUPTED }),
      onWhole() {
        on.whole(key);
        pump();
      },
      onFailure: (error) => fail(key, error),
    });
    transfers.set(key, transfer);
    return transfer;
  }

  function fail(key: string, error: unknown): void {
    on.failure(key, error);
    pump();
  }

  return {
    pump,

    /** Takes the file of an item, to be sent from where its upload stands. */
    take(key: string, file: File): void {
      files.set(key, file);
      change(key, { state: 'waiting', problem: null });
    },

    /** Whether the file is here: of what was begun before the page was loaded, it is not. */
    hasFile: (key: string): boolean => files.has(key),

    /** Goes on with what was paused or broke off. */
    resume(key: string): void {
      change(key, { state: 'waiting', problem: null });
      pump();
    },

    pause(key: string): void {
      transfers.get(key)?.pause();
      change(key, { state: 'paused' });
      pump();
    },

    /** The next try is another upload to the service. */
    startOver: (key: string): void => void transfers.delete(key),

    /** Stops one that is off the list, and forgets its file. */
    drop(key: string): void {
      transfers.get(key)?.pause();
      transfers.delete(key);
      files.delete(key);
      pump();
    },

    close(): void {
      for (const transfer of transfers.values()) transfer.pause();
      transfers.clear();
      files.clear();
    },
  };
}
