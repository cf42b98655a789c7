import type { MadeJob, OfferOrJob } from '@icana/contract/app';

import { ApiError, ask, LONG_PATIENCE_MS, messageOf } from '../../../lib/api.ts';
import { formatMoney } from '../../../lib/format.ts';
import type { ItemList } from './item-list.ts';
import { isAgreed, type Order, type UploadItem } from './upload-item.ts';

/**
 * Makes jobs of what has arrived, once a person has said so and the exact price is what was shown.
 *
 * @param on.job is told which job an item has become, here or in another window
 * @param on.failure is told of what can be neither priced nor transcribed as it is
 */
export function createSubmissions(
  list: ItemList,
  on: { job: (key: string, job: MadeJob) => void; failure: (key: string, error: unknown) => void },
) {
  const { find, change } = list;

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
      on.job(key, await ask<MadeJob>('POST', '/app/jobs', { body, patienceMs: LONG_PATIENCE_MS }));
    } catch (error) {
      const isUseless = error instanceof ApiError && error.code === 'upload.not_audio';
      if (isUseless) on.failure(key, error);
      // Whatever it was: the upload is still there, and asked for again it becomes one job.
      else change(key, { state: 'ready', problem: messageOf(error), order: null });
    }
  }

  return {
    /** Asks what an upload costs, or has become, and submits it if it was ordered at that price. */
    async check(key: string): Promise<void> {
      const id = find(key)?.id;
      if (!id) return;
      try {
        const offer = await ask<OfferOrJob>('GET', `/app/uploads/${id}/offer`, {
          patienceMs: LONG_PATIENCE_MS,
        });
        // Submitted in another window, or by an order whose answer was lost.
        if ('jobId' in offer) return on.job(key, offer);
        change(key, { state: 'ready', offer, problem: null });
        await submitIfOrdered(key);
      } catch (error) {
        on.failure(key, error);
      }
    },
  };
}
