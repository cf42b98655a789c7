import type { Offer, OpenUpload, SubmitUpload } from '@icana/contract/app';

/** How a recording is to be transcribed. */
export type JobOptions = Omit<SubmitUpload, 'uploadId'>;

/** What a person said yes to: how, and the price that was shown; null where none was known yet. */
export interface Order {
  readonly options: JobOptions;
  readonly agreedMicroAud: number | null;
}

export type UploadState =
  /** For its turn. */
  | 'waiting'
  | 'sending'
  | 'paused'
  /** Stopped by something that may pass: it can be tried again. */
  | 'broken'
  /** Begun before the page was loaded: it goes on once the file is chosen again. */
  | 'incomplete'
  /** Goes on in another window. */
  | 'elsewhere'
  /** All of it has arrived; its length is being looked up. */
  | 'checking'
  | 'ready'
  | 'submitting'
  /** Refused for good. */
  | 'refused';

/** A recording on its way to a job. */
export interface UploadItem {
  readonly key: string;
  /** The upload as the service knows it, once it does. */
  readonly id: string | null;
  readonly filename: string;
  readonly sizeBytes: number;
  readonly lastModifiedMs: number | null;
  readonly sentBytes: number;
  readonly state: UploadState;
  /** What stopped it or keeps it waiting, in a sentence. */
  readonly problem: string | null;
  /** As the browser reads it, before the service has. */
  readonly estimatedSeconds: number | null;
  readonly offer: Offer | null;
  readonly order: Order | null;
}

/** Whether a file is the one that an upload was begun with. Names alone are often the same, and sizes sometimes. */
export const isFileOf = (item: UploadItem, file: File): boolean =>
  item.filename === file.name &&
  item.sizeBytes === file.size &&
  (item.lastModifiedMs === null || item.lastModifiedMs === file.lastModified);

const NOTHING_YET = { problem: null, estimatedSeconds: null, offer: null, order: null };

/** A file that a person has chosen, before the service knows of it. */
export const newItem = (key: string, file: File): UploadItem => ({
  ...NOTHING_YET,
  key,
  id: null,
  filename: file.name,
  sizeBytes: file.size,
  lastModifiedMs: file.lastModified,
  sentBytes: 0,
  state: 'waiting',
});

/** An upload that the service keeps and this page has not begun. */
export function adopted(upload: OpenUpload): UploadItem {
  return {
    ...NOTHING_YET,
    key: upload.id,
    id: upload.id,
    filename: upload.filename,
    sizeBytes: upload.sizeBytes,
    lastModifiedMs: upload.lastModifiedMs,
    sentBytes: upload.receivedBytes,
    state: stateOf(upload),
  };
}

function stateOf(upload: OpenUpload): 'checking' | 'elsewhere' | 'incomplete' {
  if (upload.receivedBytes === upload.sizeBytes) return 'checking';
  return upload.isReceiving ? 'elsewhere' : 'incomplete';
}

const isWaitingForOthers = ({ state }: UploadItem): boolean =>
  state === 'incomplete' || state === 'elsewhere';

const follow = (item: UploadItem, upload: OpenUpload | undefined): UploadItem =>
  upload ? { ...item, sentBytes: upload.receivedBytes, state: stateOf(upload) } : item;

/**
 * The list as it is by what the service keeps: what others have begun is taken in and followed, and what is neither
 * there nor here any more is off it. An item that is not followed stays the same object.
 */
export function comparedWith(
  uploads: readonly OpenUpload[],
  { items, hasFile }: { items: readonly UploadItem[]; hasFile: (key: string) => boolean },
): readonly UploadItem[] {
  const kept = new Map(uploads.map((upload) => [upload.id, upload]));
  const staying = items
    .filter(({ key, state, id }) => hasFile(key) || state === 'refused' || kept.has(id ?? ''))
    .map((item) => (isWaitingForOthers(item) ? follow(item, kept.get(item.key)) : item));
  const known = new Set(items.map(({ id }) => id));
  return [...staying, ...uploads.filter(({ id }) => !known.has(id)).map(adopted)];
}

/** What an item will cost, as far as it is known. */
export interface Price {
  readonly microAud: number;
  readonly isExact: boolean;
}

export function priceOf(item: UploadItem, microAudPerMinute: number): Price | null {
  if (item.offer) return { microAud: item.offer.priceMicroAud, isExact: true };
  if (item.estimatedSeconds === null) return null;
  return { microAud: Math.round((item.estimatedSeconds * microAudPerMinute) / 60), isExact: false };
}

/** A browser's reading may be a little off; more than that, and nobody has agreed to the price. */
const TOLERATED_SHARE = 1.05;
const TOLERATED_MICRO_AUD = 10_000;

export function isAgreed({ agreedMicroAud }: Order, priceMicroAud: number): boolean {
  if (agreedMicroAud === null) return false;
  return priceMicroAud <= Math.max(agreedMicroAud * TOLERATED_SHARE, agreedMicroAud + TOLERATED_MICRO_AUD);
}

/** Whether the button that transcribes is about the item. */
export const isUndecided = ({ order, state }: UploadItem): boolean =>
  order === null && state !== 'refused' && state !== 'incomplete' && state !== 'elsewhere';
