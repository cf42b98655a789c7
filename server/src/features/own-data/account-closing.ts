import type { Database } from '../../infra/database/schema.ts';
import type { Mails } from '../../infra/mail/mails.ts';
import type { Accounts } from '../accounts/accounts.service.ts';
import type { ApiKeys } from '../api-keys/api-keys.service.ts';
import type { Payments } from '../billing/payments.service.ts';
import type { SignIn } from '../sign-in/sign-in.service.ts';
import type { Webhooks } from '../webhooks/webhooks.service.ts';
import { accountClosedMail } from './account-closed-mail.ts';

export type AccountClosing = ReturnType<typeof createAccountClosing>;

/** The end of an account by its own person. */
export function createAccountClosing(parts: {
  database: Database;
  accounts: Pick<Accounts, 'erase'>;
  apiKeys: Pick<ApiKeys, 'eraseAll'>;
  payments: Pick<Payments, 'requireNoneUnderWay'>;
  webhooks: Pick<Webhooks, 'removeAll'>;
  signIn: Pick<SignIn, 'removePerson'>;
  mails: Mails;
}) {
  const { database, accounts, apiKeys, payments, webhooks, signIn, mails } = parts;
  return {
    /**
     * Ends an account for good, in one transaction: keys stop, sessions end, nobody is called or written to any more, and
     * the address is free. Its jobs and its uploads go within seconds, by sweeps, which no death of a process can keep
     * from it. The ledger stays as it is, without a name on it.
     * @throws ApiError 400 while a payment is under way: its money would come after the account
     */
    async close({ accountId, personId, email }: { accountId: string; personId: string; email: string }) {
      await database.transaction().execute(async (trx) => {
        await payments.requireNoneUnderWay(accountId, trx);
        // In the order in which a submission locks them: its key, and then the account.
        await apiKeys.eraseAll(trx, accountId);
        // Asked for twice at once, it is done once.
        if (!(await accounts.erase(trx, accountId))) return;
        await webhooks.removeAll(trx, accountId);
        await signIn.removePerson(trx, personId);
        await mails.send(trx, email, accountClosedMail());
      });
    },
  };
}
