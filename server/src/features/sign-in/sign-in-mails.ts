import type { Database } from '../../infra/database/schema.ts';
import type { PublicUrl } from '../../infra/http/public-url.ts';
import type { Mails } from '../../infra/mail/mails.ts';
import { addressChangeAskedMail } from './mails/address-change-asked.ts';
import { alreadyRegisteredMail } from './mails/already-registered.ts';
import { choosePasswordMail } from './mails/choose-password.ts';
import { passwordChangedMail } from './mails/password-changed.ts';
import { resetPasswordMail } from './mails/reset-password.ts';
import { verifyAddressMail } from './mails/verify-address.ts';
import { verifyNewAddressMail } from './mails/verify-new-address.ts';

export type SignInMails = ReturnType<typeof createSignInMails>;

/** The mails about signing in, with links to the pages that they are about. */
export function createSignInMails({ mails, publicUrl }: { mails: Mails; publicUrl: PublicUrl }) {
  const forgotPage = () => publicUrl.page('/forgot');
  const verifyPage = (token: string) => publicUrl.page('/verify', { token });
  const resetPage = (token: string) => publicUrl.page('/reset', { token });
  return {
    verifyAddress: async (db: Database, to: string, token: string) =>
      await mails.send(db, to, verifyAddressMail(verifyPage(token))),
    verifyNewAddress: async (db: Database, to: string, token: string) =>
      await mails.send(db, to, verifyNewAddressMail(verifyPage(token))),
    addressChangeAsked: async (db: Database, to: string, newEmail: string) =>
      await mails.send(db, to, addressChangeAskedMail(newEmail, forgotPage())),
    alreadyRegistered: async (db: Database, to: string) =>
      await mails.send(
        db,
        to,
        alreadyRegisteredMail({ logIn: publicUrl.page('/login'), forgot: forgotPage() }),
      ),
    choosePassword: async (db: Database, to: string, token: string) =>
      await mails.send(db, to, choosePasswordMail(resetPage(token))),
    resetPassword: async (db: Database, to: string, token: string) =>
      await mails.send(db, to, resetPasswordMail(resetPage(token))),
    passwordChanged: async (db: Database, to: string) =>
      await mails.send(db, to, passwordChangedMail(forgotPage())),
  };
}
