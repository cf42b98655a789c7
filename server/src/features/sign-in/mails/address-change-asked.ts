import type { MailText } from '../../../infra/mail/mail-text.ts';

/** To the old address of a person who wants to change it. */
export const addressChangeAskedMail = (newEmail: string, url: string): MailText => ({
  subject: 'Your e-mail address is about to change',
  paragraphs: [
    `Somebody, hopefully you, asked to change the e-mail address of your account to ${newEmail}.`,
    'It changes as soon as the link in the mail to that address is opened.',
  ],
  action: { label: 'It was not me: set a new password', url },
  closing: 'If it was you, there is nothing to do here.',
});
