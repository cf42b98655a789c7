import { WEBHOOK_EVENTS, type WebhookEvent } from '@icana/contract';
import { z } from 'zod';

import type { Task } from '../../infra/queue/task.ts';

/** A message to one webhook. Queued in the transaction that ends the job it tells of. */
interface Delivery {
  readonly webhookId: string;
  /** The same at every try, and for every webhook that hears of the event: receivers tell repetitions by it. */
  readonly messageId: string;
  readonly type: WebhookEvent['type'];
  /** What is told of it is read at the time of a try: nothing of a customer's lies in the queue. */
  readonly jobId: string;
}

/**
 * Tried 15 times in 18 to 24 hours: the waits begin at 5 to 10 seconds, double, and end at 6 hours. Two at once for an
 * account, of the many that a process sends at once, so that it takes dozens of accounts with slow receivers to hold up
 * anybody else's messages; and only with new ones, because what has failed before waits behind what has not been tried.
 */
export const deliverTask: Task<Delivery> = {
  name: 'deliver-webhook',
  payload: z.object({
    webhookId: z.uuid(),
    messageId: z.string(),
    type: z.enum(WEBHOOK_EVENTS),
    jobId: z.uuid(),
  }),
  retryLimit: 14,
  retryDelaySeconds: 5,
  retryDelayMaxSeconds: 6 * 60 * 60,
  atOncePerGroup: 2,
  retriesGoLast: true,
};
