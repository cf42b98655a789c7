import type { Database } from '../database/schema.ts';
import type { Mail } from './mail-text.ts';

/** More would be a mail server's work. */
const MAILS_KEPT = 200;

/** A mail that was not sent because no mail server is set. */
export interface OutboxMail {
  readonly id: number;
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly at: Date;
}

/** Keeps a mail, and lets go of what is older than the newest {@link MAILS_KEPT}. */
export async function keepInOutbox(db: Database, { mail, at }: { mail: Mail; at: Date }): Promise<void> {
  const { id } = await db
    .insertInto('outbox')
    .values({ recipient: mail.to, subject: mail.subject, body: mail.text, created_at: at })
    .returning('id')
    .executeTakeFirstOrThrow();
  await db
    .deleteFrom('outbox')
    .where('id', '<=', id - MAILS_KEPT)
    .execute();
}

export async function listOutbox(db: Database): Promise<OutboxMail[]> {
  return await db
    .selectFrom('outbox')
    .select(['id', 'recipient as to', 'subject', 'body as text', 'created_at as at'])
    .orderBy('id', 'desc')
    .limit(MAILS_KEPT)
    .execute();
}
