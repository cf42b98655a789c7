import type { MadeJob, OfferOrJob, OpenUpload } from '@icana/contract/app';

import { ApiError, ask, LONG_PATIENCE_MS, messageOf } from '../../../lib/api.ts';
import { formatMoney } from '../../../lib/format.ts';
import { createItemList } from './item-list.ts';
import { mediaSeconds } from './media-length.ts';
import type { Transfer } from './transfer.ts';
import { adopted, isAgreed, isFileOf, isForGood, isTooSlow, isUndecided, stateOf } from './upload-item.ts';
import type { JobOptions, Order, UploadItem } from './upload-item.ts';

/** A browser has six connections to a host, and the rest of the page needs some. */
const MOST_AT_ONCE = 2;

const CHANGED_SINCE =
  'This is not the file that was begun, or it has changed since. Choose that one, or discard this upload and add the file anew.';

const GONE = 'What had arrived of it is no longer kept.';
const SEND_AGAIN = `${GONE} Try again to upload it anew, then press “Transcribe”.`;
const ADD_AGAIN = `${GONE} Add the file again.`;

const KEPT = 'What has arrived is kept: try again over a better line.';

const INTERRUPTED = 'The connection was lost. Trying to reach the service again …';

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
  const files = new Map<string, File>();
  const transfers = new Map<string, Transfer>();
  /** Uploads that are over: a list that was on its way meanwhile may still name them. */
  const over = new Set<string>();
  let begun = 0;

  function drop(key: string): void {
    const id = find(key)?.id;
    if (id) over.add(id);
    transfers.get(key)?.pause();
    transfers.delete(key);
    files.delete(key);
    list.set(list.items().filter((item) => item.key !== key));
    pump();
  }

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
      onWhole: () => askAbout(key),
      // Another window may have finished it, and had it transcribed.
      onFailure: (error) => (isNotFound(error) ? askAbout(key) : fail(key, error)),
    });
    transfers.set(key, transfer);
    return transfer;
  }

  /** What was refused for what it is stays so; everything else can be tried again. */
  function fail(key: string, error: unknown): void {
    if (isNotFound(error)) return lose(key);
    const refusal = error instanceof ApiError ? error : { status: 500, code: '' };
    if (refusal.status === 401) on.sessionLost();
    const isFinal = isForGood(refusal);
    if (isFinal) forget(find(key));
    const problem = isTooSlow(refusal) ? `${messageOf(error)} ${KEPT}` : messageOf(error);
    change(key, isFinal ? { state: 'refused', problem, order: null } : { state: 'broken', problem });
    pump();
  }

  /**
   * What there was of it is older than a day, or was discarded elsewhere: the next try begins anew. That is another
   * upload to the service, and would be another job: whoever wants one has to say so once more.
   */
  function lose(key: string): void {
    transfers.delete(key);
    const left = files.has(key)
      ? ({ state: 'broken', problem: SEND_AGAIN } as const)
      : ({ state: 'refused', problem: ADD_AGAIN } as const);
    change(key, { id: null, sentBytes: 0, offer: null, order: null, ...left });
    pump();
  }

  /** It is whole, or no longer there: in both cases the service knows what can come of it. */
  function askAbout(key: string): void {
    change(key, { state: 'checking', problem: null });
    pump();
    void check(key);
  }

  async function check(key: string): Promise<void> {
    const id = find(key)?.id;
    if (!id) return;
    try {
      const offer = await ask<OfferOrJob>('GET', `/app/uploads/${id}/offer`, {
        patienceMs: LONG_PATIENCE_MS,
      });
      // Submitted in another window, or by an order whose answer was lost.
      if ('jobId' in offer) return finish(key, offer);
      change(key, { state: 'ready', offer, problem: null });
      await submitIfOrdered(key);
    } catch (error) {
      fail(key, error);
    }
  }

  async function submitIfOrdered(key: string): Promise<void> {
    const item = find(key);
    if (item?.state !== 'ready' || !item.offer || !item.order) return;
    const { priceMicroAud, availableMicroAud } = item.offer;
    const price = formatMoney(priceMicroAud);
    if (!isAgreed(item.order, priceMicroAud)) {
      const problem = `The exact price is ${price}. Press “Transcribe” once more if that is fine.`;
      change(key, { order: null, problem });
    } else if (priceMicroAud > availableMicroAud) {
      const problem = `This recording costs ${price} and you have ${formatMoney(availableMicroAud)} left. Top up, then press “Transcribe”.`;
      change(key, { order: null, problem });
    } else {
      await submit(item, item.order);
    }
  }

  async function submit({ key, id }: UploadItem, { options }: Order): Promise<void> {
    change(key, { state: 'submitting', problem: null });
    try {
      const body = { uploadId: id, ...options };
      finish(key, await ask<MadeJob>('POST', '/app/jobs', { body, patienceMs: LONG_PATIENCE_MS }));
    } catch (error) {
      const isUseless = error instanceof ApiError && error.code === 'upload.not_audio';
      if (isUseless) fail(key, error);
      // Whatever it was: the upload is still there, and asked for again it becomes one job.
      else change(key, { state: 'ready', problem: messageOf(error), order: null });
    }
  }

  function finish(key: string, { jobId }: MadeJob): void {
    drop(key);
    on.job(jobId);
  }

  function estimate(key: string, file: File): void {
    void mediaSeconds(file).then((estimatedSeconds) => change(key, { estimatedSeconds }));
  }

  function begin(file: File): void {
    const key = `new-${(begun += 1)}`;
    const fresh = {
      id: null,
      filename: file.name,
      sizeBytes: file.size,
      lastModifiedMs: file.lastModified,
      sentBytes: 0,
      problem: null,
      estimatedSeconds: null,
      offer: null,
      order: null,
    };
    files.set(key, file);
    list.set([...list.items(), { ...fresh, key, state: 'waiting' }]);
    estimate(key, file);
  }

  /** Goes on with what was paused or broke off. */
  function resume(key: string): void {
    if (files.has(key)) {
      change(key, { state: 'waiting', problem: null });
      pump();
    } else {
      askAbout(key);
    }
  }

  /** Lets an upload that was begun before go on with its file, which is chosen again. */
  function goOn({ key }: UploadItem, file: File): void {
    files.set(key, file);
    change(key, { state: 'waiting', problem: null });
    estimate(key, file);
  }

  return {
    items: list.items,
    hear: list.hear,

    /** Takes files in. One that was begun before goes on where it stopped; one that is on its way is not sent twice. */
    add: (chosen: readonly File[]): void => {
      for (const file of chosen) {
        const known = list.items().find((item) => item.state !== 'refused' && isFileOf(item, file));
        if (!known) begin(file);
        else if (known.state === 'incomplete') goOn(known, file);
      }
      pump();
    },

    /** Takes the file for an upload that was begun before. */
    choose(key: string, file: File): void {
      const item = find(key);
      if (!item) return;
      if (isFileOf(item, file)) goOn(item, file);
      else change(key, { problem: CHANGED_SINCE });
      pump();
    },

    pause(key: string): void {
      transfers.get(key)?.pause();
      change(key, { state: 'paused' });
      pump();
    },

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
        if (find(key)?.state === 'ready') void check(key);
      }
    },

    /** Compares with what the service keeps: uploads of before the page was loaded, or of other windows. */
    sync(uploads: readonly OpenUpload[]): void {
      const kept = new Map(uploads.filter(({ id }) => !over.has(id)).map((upload) => [upload.id, upload]));
      const before = list.items();
      const staying = before
        .filter(({ key, state, id }) => files.has(key) || state === 'refused' || kept.has(id ?? ''))
        .map((item) => (isWaitingForOthers(item) ? follow(item, kept.get(item.key)) : item));
      const known = new Set(before.map(({ id }) => id));
      list.set([...staying, ...[...kept.values()].filter(({ id }) => !known.has(id)).map(adopted)]);
      const wasChecking = new Set(before.filter(({ state }) => state === 'checking').map(({ key }) => key));
      for (const { key, state } of list.items()) {
        if (state === 'checking' && !wasChecking.has(key)) void check(key);
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
      for (const transfer of transfers.values()) transfer.pause();
      transfers.clear();
      files.clear();
      list.set([]);
    },
  };
}

const isNotFound = (error: unknown): boolean =>
  error instanceof ApiError && error.code === 'upload.not_found';

const isWaitingForOthers = ({ state }: UploadItem): boolean =>
  state === 'incomplete' || state === 'elsewhere';

const follow = (item: UploadItem, upload: OpenUpload | undefined): UploadItem =>
  upload ? { ...item, sentBytes: upload.receivedBytes, state: stateOf(upload) } : item;

/** Nothing is left with the service of what is of no use; if that fails, it goes after a day. */
function forget(item: UploadItem | undefined): void {
  if (item?.id) void ask('DELETE', `/app/uploads/${item.id}`).catch(() => undefined);
}
