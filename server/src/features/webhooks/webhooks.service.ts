import type { CreatedWebhook, DeletedWebhook, WebhookList } from '@icana/contract';

import type { Database } from '../../infra/database/schema.ts';
import { refusal } from '../../infra/http/api-error.ts';
import { DestinationRefused, type OutgoingRequests } from '../../infra/http/outgoing/outgoing-requests.ts';
import type { TaskQueue } from '../../infra/queue/queue.ts';
import { wireTime, type Clock } from '../../lib/clock.ts';
import { isUuid, newId } from '../../lib/ids.ts';
import { deliverTask } from './deliver-task.ts';
import { newSecret, toWebhook } from './webhooks.rules.ts';
import {
  deleteWebhook,
  deleteWebhooksOf,
  insertWebhook,
  listWebhooks,
  lockWebhooksOf,
} from './webhooks.store.ts';

const MAX_WEBHOOKS = 5;
const tooMany = () => refusal('webhooks.too_many', { limit: String(MAX_WEBHOOKS) });

export type Webhooks = ReturnType<typeof createWebhooks>;

/** The places where an account hears that its jobs have ended. */
export function createWebhooks(parts: {
  database: Database;
  clock: Clock;
  queue: Pick<TaskQueue, 'send'>;
  outgoing: Pick<OutgoingRequests, 'check'>;
}) {
  const { database, clock, queue, outgoing } = parts;

  const checks = new Map<string, number>();

  /**
   * The URL as it is kept: as it is understood, not as it was written.
   * @throws ApiError 400 when messages to it would not be let out
   */
  async function checkedUrl(text: string): Promise<string> {
    try {
      return await outgoing.check(text);
    } catch (error) {
      if (!(error instanceof DestinationRefused)) throw error;
      throw refusal('webhooks.url_refused', { problem: error.message });
    }
  }

  /**
   * Looks at the URL only where there is room for another webhook. Those that are being looked at count, too: a name can
   * take seconds to resolve, and no account has more than five at it.
   */
  async function checkWithinLimit(accountId: string, text: string): Promise<string> {
    const { length } = await listWebhooks(database, accountId);
    const others = checks.get(accountId) ?? 0;
    if (length + others >= MAX_WEBHOOKS) throw tooMany();
    checks.set(accountId, others + 1);
    try {
      return await checkedUrl(text);
    } finally {
      const left = checks.get(accountId)! - 1;
      if (left > 0) checks.set(accountId, left);
      else checks.delete(accountId);
    }
  }

  return {
    /**
     * Registers a URL, and answers with its secret for the only time.
     * @throws ApiError 400 when the URL cannot be used or the account has five webhooks
     */
    async register(accountId: string, text: string): Promise<CreatedWebhook> {
      const url = await checkWithinLimit(accountId, text);
      const row = {
        id: newId(),
        account_id: accountId,
        url,
        // Kept as it is, because it has to sign: SECURITY.md says what that means for a stolen database.
        secret: newSecret(),
        created_at: clock.now(),
        last_delivery_at: null,
        last_delivery_failure: null,
      };
      await database.transaction().execute(async (trx) => {
        await lockWebhooksOf(trx, accountId);
        if ((await listWebhooks(trx, accountId)).length >= MAX_WEBHOOKS) throw tooMany();
        await insertWebhook(trx, row);
      });
      return { id: row.id, url, secret: row.secret, created_at: wireTime(row.created_at) };
    },

    list: async (accountId: string): Promise<WebhookList> => ({
      webhooks: (await listWebhooks(database, accountId)).map(toWebhook),
    }),

    /**
     * Messages that wait for it are dropped.
     * @throws ApiError 404 when the id is none, unknown or another account's
     */
    async remove(accountId: string, id: string): Promise<DeletedWebhook> {
      if (!isUuid(id) || !(await deleteWebhook(database, { id, accountId }))) {
        throw refusal('webhooks.not_found');
      }
      return { id, status: 'deleted' };
    },

    /** Removes all webhooks of an account that is erased, as part of `trx`. */
    removeAll: async (trx: Database, accountId: string): Promise<void> =>
      await deleteWebhooksOf(trx, accountId),

    /**
     * Has every webhook of the account told that a job has ended, as part of the transaction that ends it: each hears
     * of it at least once if that commits, and never if it does not.
     */
    async announceEnd(
      tx: Database,
      job: { id: string; accountId: string; status: 'completed' | 'failed' },
    ): Promise<void> {
      const { id: jobId, accountId, status } = job;
      const message = { messageId: newId(), type: `job.${status}`, jobId } as const;
      for (const { id: webhookId } of await listWebhooks(tx, accountId)) {
        await queue.send(tx, deliverTask, { webhookId, ...message }, { group: accountId });
      }
    },
  };
}
