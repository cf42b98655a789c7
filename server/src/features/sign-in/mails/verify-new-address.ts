import type { MailText } from '../../../infra/mail/mail-text.ts';

/** To the address that a person wants to change to. */
export const verifyNewAddressMail = (url: string): MailText => ({
  subject: 'Confirm your new e-mail address',
  paragraphs: [
    'Somebody, hopefully you, wants to use this e-mail address for an account here.',
    'The link works for a day. Until then you sign in with the old address.',
  ],
  action: { label: 'Use this address', url },
  closing: 'If it was not you, do nothing: the account keeps its old address.',
});
