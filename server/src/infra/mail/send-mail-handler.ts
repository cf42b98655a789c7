import { createTransport } from 'nodemailer';
import type { Logger } from 'pino';

import type { TaskHandler } from '../queue/task.ts';
import type { Mail } from './mail-text.ts';

const MAILS_AT_ONCE = 4;
/** A mail server that is silent for this long is tried again later. */
const SILENCE_MS = 20_000;

/** Hands queued mails to the mail server. One that does not take a mail is asked again later, by the queue. */
export function createSendMailHandler(parts: {
  smtpUrl: string | undefined;
  from: string;
  log: Logger;
}): TaskHandler<Mail> {
  const { smtpUrl, from, log } = parts;
  const timeouts = { connectionTimeout: SILENCE_MS, greetingTimeout: SILENCE_MS, socketTimeout: SILENCE_MS };
  const transport =
    smtpUrl === undefined ? undefined : createTransport({ url: smtpUrl, ...timeouts }, { from });
  return {
    concurrency: MAILS_AT_ONCE,
    async handle({ payload }) {
      if (!transport) throw new Error('No mail server is set any more: SMTP_URL is empty.');
      await transport.sendMail(payload);
    },
    async onDead({ payload: { subject }, reason }) {
      // Not to whom: the log is no address book.
      log.error({ subject, reason }, 'a mail was given up');
    },
  };
}
