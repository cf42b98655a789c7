import type { MailText } from '../../../infra/mail/mail-text.ts';

/** To who has registered, or asked for another link. */
export const verifyAddressMail = (url: string): MailText => ({
  subject: 'Confirm your e-mail address',
  paragraphs: [
    'Somebody, hopefully you, registered with this e-mail address. Confirm it to use the account.',
    'The link works for a day. You will be asked for the password you chose.',
  ],
  action: { label: 'Confirm the address', url },
  closing: 'If it was not you, do nothing: without this the account cannot be used.',
});
