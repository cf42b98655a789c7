import type { MailText } from '../../../infra/mail/mail-text.ts';

/** To who has forgotten the password. */
export const resetPasswordMail = (url: string): MailText => ({
  subject: 'Set a new password',
  paragraphs: [
    'Somebody, hopefully you, asked for a new password.',
    'The link works for an hour, and once. A new password signs you out everywhere.',
  ],
  action: { label: 'Set a new password', url },
  closing: 'If it was not you, do nothing: your password stays as it is.',
});
