import type { MailText } from '../../../infra/mail/mail-text.ts';

/** To who has an account and registers again. */
export const alreadyRegisteredMail = (urls: { logIn: string; forgot: string }): MailText => ({
  subject: 'You have an account already',
  paragraphs: [
    'Somebody, hopefully you, registered with this e-mail address. There is an account for it already: just log in.',
    `If you do not know the password any more, set a new one here: ${urls.forgot}`,
  ],
  action: { label: 'Log in', url: urls.logIn },
  closing: 'If it was not you, do nothing: nothing has changed.',
});
