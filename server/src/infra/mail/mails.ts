import type { Database } from '../database/schema.ts';
import type { TaskQueue } from '../queue/queue.ts';
import type { Clock } from '../../lib/clock.ts';
import { writeMail, type MailText } from './mail-text.ts';
import { mailTask } from './mail-task.ts';
import { keepInOutbox, listOutbox, type OutboxMail } from './outbox.store.ts';

export interface Mails {
  /** Whether mails leave this machine: without a mail server they stay in the outbox. */
  readonly areSent: boolean;
  /** Sends a mail as part of `tx`: it goes out exactly if the transaction commits, also when the mail server is down. */
  send(tx: Database, to: string, text: MailText): Promise<void>;
  /** The mails that were kept because there is no mail server, newest first. */
  outbox(): Promise<OutboxMail[]>;
}

export function createMails(parts: {
  database: Database;
  queue: Pick<TaskQueue, 'send'>;
  clock: Clock;
  areSent: boolean;
}): Mails {
  const { database, queue, clock, areSent } = parts;
  return {
    areSent,
    async send(tx, to, text) {
      const mail = writeMail(to, text);
      if (areSent) await queue.send(tx, mailTask, mail);
      else await keepInOutbox(tx, { mail, at: clock.now() });
    },
    outbox: async () => await listOutbox(database),
  };
}
