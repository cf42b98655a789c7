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

/** An upload that the service keeps and this page has not begun. */
export function adopted(upload: OpenUpload): UploadItem {
  return {
    key: upload.id,
    id: upload.id,
    filename: upload.filename,
    sizeBytes: upload.sizeBytes,
    lastModifiedMs: upload.lastModifiedMs,
    sentBytes: upload.receivedBytes,
    state: stateOf(upload),
    problem: null,
    estimatedSeconds: null,
    offer: null,
    order: null,
  };
}

export function stateOf(upload: OpenUpload): 'checking' | 'elsewhere' | 'incomplete' {
  if (upload.receivedBytes === upload.sizeBytes) return 'checking';
  return upload.isReceiving ? 'elsewhere' : 'incomplete';
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

const PASSING: ReadonlySet<string> = new Set([
  'upload.offset_differs',
  'upload.interrupted',
  'limits.exceeded',
]);

/** Where the service was not there, is asked too often, or has another picture of how far it is: soon it may be well. */
export const mayPass = ({ status, code }: { status: number; code: string }): boolean =>
  status === 0 || status >= 500 || PASSING.has(code);

/** What has arrived over a line that is too slow is kept, but only a person can find a better one. */
export const isTooSlow = ({ code }: { code: string }): boolean => code === 'upload.too_slow';

/** Whether a recording was refused for what it is: then what has arrived of it is of no use to anybody. */
export const isForGood = (refusal: { status: number; code: string }): boolean =>
  (refusal.status === 400 || refusal.status === 403) && !mayPass(refusal) && !isTooSlow(refusal);
