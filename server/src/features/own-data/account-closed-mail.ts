import type { MailText } from '../../infra/mail/mail-text.ts';

/** To who has just closed the account: the last one. */
export const accountClosedMail = (): MailText => ({
  subject: 'Your account is closed',
  paragraphs: [
    'Your account is closed, as you asked. Its recordings and transcripts are deleted, and its API keys do not work any more.',
  ],
  closing: 'This is the last mail about it.',
});
