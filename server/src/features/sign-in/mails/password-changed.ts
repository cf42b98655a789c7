import type { MailText } from '../../../infra/mail/mail-text.ts';

/** To a person whose password was just changed. */
export const passwordChangedMail = (url: string): MailText => ({
  subject: 'Your password was changed',
  paragraphs: ['The password of your account was just changed. You are signed out everywhere else.'],
  action: { label: 'It was not me: set a new password', url },
  closing: 'If it was you, there is nothing to do.',
});
