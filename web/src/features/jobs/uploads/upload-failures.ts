import { ApiError, messageOf } from '../../../lib/api.ts';
import type { UploadItem } from './upload-item.ts';

const GONE = 'What had arrived of it is no longer kept.';
const SEND_AGAIN = `${GONE} Try again to upload it anew, then press “Transcribe”.`;
const ADD_AGAIN = `${GONE} Add the file again.`;

const KEPT = 'What has arrived is kept: try again over a better line.';

const PASSING: ReadonlySet<string> = new Set([
  'upload.offset_differs',
  'upload.interrupted',
  'limits.exceeded',
]);

/** Where the service was not there, is asked too often, or has another picture of how far it is: soon it may be well. */
export const mayPass = ({ status, code }: { status: number; code: string }): boolean =>
  status === 0 || status >= 500 || PASSING.has(code);

/** What has arrived over a line that is too slow is kept, but only a person can find a better one. */
const isTooSlow = ({ code }: { code: string }): boolean => code === 'upload.too_slow';

/** Whether a recording was refused for what it is: then what has arrived of it is of no use to anybody. */
export const isForGood = (refusal: { status: number; code: string }): boolean =>
  (refusal.status === 400 || refusal.status === 403) && !mayPass(refusal) && !isTooSlow(refusal);

export const isNotFound = (error: unknown): boolean =>
  error instanceof ApiError && error.code === 'upload.not_found';

/** What was refused for what it is stays so; everything else can be tried again. */
export function afterFailure(error: unknown): Partial<UploadItem> {
  const refusal = error instanceof ApiError ? error : { status: 500, code: '' };
  const problem = isTooSlow(refusal) ? `${messageOf(error)} ${KEPT}` : messageOf(error);
  return isForGood(refusal) ? { state: 'refused', problem, order: null } : { state: 'broken', problem };
}

/**
 * What there was of it is older than a day, or was discarded elsewhere: the next try begins anew. That is another
 * upload to the service, and would be another job: whoever wants one has to say so once more.
 */
export const afterLoss = ({ hasFile }: { hasFile: boolean }): Partial<UploadItem> => ({
  id: null,
  sentBytes: 0,
  offer: null,
  order: null,
  state: hasFile ? 'broken' : 'refused',
  problem: hasFile ? SEND_AGAIN : ADD_AGAIN,
});
