import type { OpenUpload } from '@icana/contract/app';

import { ApiError, ask } from '../../../lib/api.ts';
import { createItemList } from './item-list.ts';
import { mediaSeconds } from './media-length.ts';
import { createSubmissions } from './submissions.ts';
import { createTransfers } from './transfers.ts';
import { afterFailure, afterLoss, isNotFound } from './upload-failures.ts';
import { comparedWith, isFileOf, isUndecided, newItem } from './upload-item.ts';
import type { JobOptions, UploadItem } from './upload-item.ts';

const CHANGED_SINCE =
  'This is not the file that was begun, or it has changed since. Choose that one, or discard this upload and add the file anew.';

export type UploadQueue = ReturnType<typeof createUploadQueue>;

/**
 * The recordings that are on their way to jobs, wherever in the dashboard one looks meanwhile. Bytes go as soon as a
 * file is there and cost nothing; money is spent once a person has said so and the exact price is what was shown.
 *
 * @param on.job is told of each job that was made
 * @param on.sessionLost is told when the service no longer knows who asks
 */
export function createUploadQueue(on: { job: (jobId: string) => void; sessionLost: () => void }) {
  const list = createItemList();
  const { find, change } = list;
  /** Uploads that are over: a list that was on its way meanwhile may still name them. */
  const over = new Set<string>();
  let begun = 0;

  const transfers = createTransfers(list, {
    whole: askAbout,
    // Another window may have finished it, and had it transcribed.
    failure: (key, error) => (isNotFound(error) ? askAbout(key) : fail(key, error)),
  });

  const submissions = createSubmissions(list, {
    job(key, { jobId }) {
      drop(key);
      on.job(jobId);
    },
    failure: fail,
  });

  function drop(key: string): void {
    const id = find(key)?.id;
    if (id) over.add(id);
    list.set(list.items().filter((item) => item.key !== key));
    transfers.drop(key);
  }

  function fail(key: string, error: unknown): void {
    if (isNotFound(error)) return lose(key);
    if (error instanceof ApiError && error.status === 401) on.sessionLost();
    const next = afterFailure(error);
    if (next.state === 'refused') forget(find(key));
    change(key, next);
  }

  function lose(key: string): void {
    transfers.startOver(key);
    change(key, afterLoss({ hasFile: transfers.hasFile(key) }));
  }

  /** It is whole, or no longer there: in both cases the service knows what can come of it. */
  function askAbout(key: string): void {
    change(key, { state: 'checking', problem: null });
    void submissions.check(key);
  }

  /** Takes the file of an upload, which goes on from where it stopped. */
  function take(key: string, file: File): void {
    transfers.take(key, file);
    void mediaSeconds(file).then((estimatedSeconds) => change(key, { estimatedSeconds }));
  }

  function begin(file: File): void {
    const key = `new-${(begun += 1)}`;
    list.set([...list.items(), newItem(key, file)]);
    take(key, file);
  }

  /** Goes on with what was paused or broke off. */
  function resume(key: string): void {
    if (transfers.hasFile(key)) transfers.resume(key);
    else askAbout(key);
  }

  return {
    items: list.items,
    hear: list.hear,

    /** Takes files in. One that was begun before goes on where it stopped; one that is on its way is not sent twice. */
    add: (chosen: readonly File[]): void => {
      for (const file of chosen) {
        const known = list.items().find((item) => item.state !== 'refused' && isFileOf(item, file));
        if (!known) begin(file);
        else if (known.state === 'incomplete') take(known.key, file);
      }
      transfers.pump();
    },

    /** Takes the file for an upload that was begun before. */
    choose(key: string, file: File): void {
      const item = find(key);
      if (!item) return;
      if (isFileOf(item, file)) take(key, file);
      else change(key, { problem: CHANGED_SINCE });
      transfers.pump();
    },

    pause: (key: string): void => transfers.pause(key),

    resume,

    /** Takes an item off the list, and what there is of it with the service. */
    discard(key: string): void {
      const item = find(key);
      drop(key);
      forget(item);
    },

    /**
     * Has recordings transcribed: those that are whole now, the others once they are.
     * @param prices what was shown for each, by its key; the exact price has to agree with it
     */
    transcribe(options: JobOptions, prices: ReadonlyMap<string, number | null>): void {
      for (const { key } of list.items().filter(isUndecided)) {
        change(key, { order: { options, agreedMicroAud: prices.get(key) ?? null }, problem: null });
        // Asked anew: the balance may have changed since.
        if (find(key)?.state === 'ready') void submissions.check(key);
      }
    },

    /** Compares with what the service keeps: uploads of before the page was loaded, or of other windows. */
    sync(uploads: readonly OpenUpload[]): void {
      const before = list.items();
      const kept = uploads.filter(({ id }) => !over.has(id));
      list.set(comparedWith(kept, { items: before, hasFile: transfers.hasFile }));
      for (const item of list.items()) {
        if (item.state === 'checking' && !before.includes(item)) void submissions.check(item.key);
      }
    },

    /** Whether leaving the page would stop something. */
    isBusy: (): boolean => list.items().some(({ state }) => state === 'sending' || state === 'waiting'),

    /** Goes on with what broke off, now that the line is back. */
    resumeBroken: (): void => {
      for (const { key, state } of list.items()) if (state === 'broken') resume(key);
    },

    /** Stops everything and forgets it; what has arrived stays with the service. */
    close(): void {
      transfers.close();
      list.set([]);
    },
  };
}

/** Nothing is left with the service of what is of no use; if that fails, it goes after a day. */
function forget(item: UploadItem | undefined): void {
  if (item?.id) void ask('DELETE', `/app/uploads/${item.id}`).catch(() => undefined);
}
