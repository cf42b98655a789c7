import type { Selectable } from 'kysely';

import type { Database, WebhooksTable } from '../../infra/database/schema.ts';

export type WebhookRow = Selectable<WebhooksTable>;

/** Makes concurrent registrations for one account wait for each other until the transaction ends. */
export async function lockWebhooksOf(db: Database, accountId: string): Promise<void> {
  await db
    .selectFrom('accounts')
    .select('id')
    .where('id', '=', accountId)
    .forNoKeyUpdate()
    .executeTakeFirstOrThrow();
}

export async function insertWebhook(db: Database, row: WebhookRow): Promise<void> {
  await db.insertInto('webhooks').values(row).execute();
}

export async function listWebhooks(db: Database, accountId: string): Promise<WebhookRow[]> {
  return await db
    .selectFrom('webhooks')
    .selectAll()
    .where('account_id', '=', accountId)
    .orderBy('created_at')
    .orderBy('id')
    .execute();
}

/** Removes an account's webhook; answers whether there was one. */
export async function deleteWebhook(
  db: Database,
  webhook: { id: string; accountId: string },
): Promise<boolean> {
  const result = await db
    .deleteFrom('webhooks')
    .where('id', '=', webhook.id)
    .where('account_id', '=', webhook.accountId)
    .executeTakeFirst();
  return result.numDeletedRows === 1n;
}

export async function deleteWebhooksOf(db: Database, accountId: string): Promise<void> {
  await db.deleteFrom('webhooks').where('account_id', '=', accountId).execute();
}

/** Where a webhook's messages go; nothing when it was deleted or its account is not active. */
export async function findDestination(
  db: Database,
  webhookId: string,
): Promise<{ url: string; secret: string } | undefined> {
  return await db
    .selectFrom('webhooks')
    .innerJoin('accounts', 'accounts.id', 'webhooks.account_id')
    .select(['webhooks.url', 'webhooks.secret'])
    .where('webhooks.id', '=', webhookId)
    .where('accounts.status', '=', 'active')
    .executeTakeFirst();
}

/** Notes how a try went; of tries that overlap the one that began last stays. */
export async function noteTry(
  db: Database,
  attempt: { webhookId: string; at: Date; failure: string | null },
): Promise<void> {
  await db
    .updateTable('webhooks')
    .set({ last_delivery_at: attempt.at, last_delivery_failure: attempt.failure })
    .where('id', '=', attempt.webhookId)
    .where((row) => row.or([row('last_delivery_at', 'is', null), row('last_delivery_at', '<=', attempt.at)]))
    .execute();
}
