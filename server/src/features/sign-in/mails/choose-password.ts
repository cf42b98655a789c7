import type { MailText } from '../../../infra/mail/mail-text.ts';

/** To the address of an account that an operator made, and that nobody has signed in to yet. */
export const choosePasswordMail = (url: string): MailText => ({
  subject: 'Your account is ready: choose a password',
  paragraphs: [
    'There is an account for this e-mail address, made by the operator of the service. Choose a password to sign in to it.',
    'The link works for an hour, and once.',
  ],
  action: { label: 'Choose a password', url },
  closing: 'If you did not ask for this, do nothing: nobody can sign in to the account without this mail.',
});
