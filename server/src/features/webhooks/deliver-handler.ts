import type { JobSummary, WebhookEvent } from '@icana/contract';
import type { Logger } from 'pino';

import type { Database } from '../../infra/database/schema.ts';
import type { OutgoingRequests } from '../../infra/http/outgoing/outgoing-requests.ts';
import type { TaskHandler } from '../../infra/queue/task.ts';
import type { Clock } from '../../lib/clock.ts';
import type { deliverTask } from './deliver-task.ts';
import { connectionFailure, messageHeaders, statusFailure } from './webhooks.rules.ts';
import { findDestination, noteTry } from './webhooks.store.ts';

type Delivery = ReturnType<typeof deliverTask.payload.parse>;

/** What the messages are about; null once it was deleted. */
interface EndedJobs {
  summaryOf(jobId: string): Promise<JobSummary | null>;
}

const ANSWER_WITHIN_MS = 15_000;
/** Enough for fifty accounts whose receivers are all slow: a delivery that waits is a socket, and nothing else. */
const DELIVERIES_AT_ONCE = 100;

/**
 * Sends the messages to webhooks, each at least once: a message whose try did not end in a 2xx, or whose worker died
 * before it could say so, is sent again with the same id.
 */
export function createDeliverHandler(parts: {
  database: Database;
  clock: Clock;
  outgoing: Pick<OutgoingRequests, 'post'>;
  jobs: EndedJobs;
  log: Logger;
  onTry?: (outcome: 'delivered' | 'failed') => void;
  answerWithinMs?: number;
}): TaskHandler<Delivery> {
  const { database, clock, outgoing, jobs, log, onTry, answerWithinMs = ANSWER_WITHIN_MS } = parts;

  /** Why the message was not taken; null when it was. */
  async function attempt(
    message: { url: string; headers: Record<string, string>; body: string },
    stopping: AbortSignal,
  ): Promise<string | null> {
    const signal = AbortSignal.any([stopping, AbortSignal.timeout(answerWithinMs)]);
    try {
      return statusFailure(await outgoing.post({ ...message, signal }));
    } catch (error) {
      // The try was broken off from our side: it says nothing of the receiver.
      stopping.throwIfAborted();
      return connectionFailure(error as Error);
    }
  }

  return {
    concurrency: DELIVERIES_AT_ONCE,

    async handle({ payload: { webhookId, messageId, type, jobId }, signal }) {
      const destination = await findDestination(database, webhookId);
      const data = await jobs.summaryOf(jobId);
      if (!destination || !data?.completed_at) return;
      const at = clock.now();
      const event: WebhookEvent = { type, timestamp: data.completed_at, data };
      const body = JSON.stringify(event);
      const headers = messageHeaders({ id: messageId, body, at }, destination.secret);
      const failure = await attempt({ url: destination.url, headers, body }, signal);
      await noteTry(database, { webhookId, at, failure });
      onTry?.(failure === null ? 'delivered' : 'failed');
      // The queue tries again.
      if (failure !== null) throw new Error(failure);
    },

    async onDead({ payload: { webhookId, messageId }, reason }) {
      log.warn({ webhookId, messageId, reason }, 'a message to a webhook was given up');
    },
  };
}
