import type { Database } from '../../infra/database/schema.ts';
import type { Clock } from '../../lib/clock.ts';
import type { Accounts } from '../accounts/accounts.service.ts';
import type { ApiKeys } from '../api-keys/api-keys.service.ts';
import {
  findAccountWithoutPerson,
  findPerson,
  forgetResetLinks,
  hasPassword,
  isAccountClosed,
  keepPasswordOnly,
  markVerified,
} from './people.store.ts';
import type { SignInMails } from './sign-in-mails.ts';

interface Person {
  readonly id: string;
  readonly email: string;
}

/** What happens around signing in that is ours to decide. */
export interface AuthEvents {
  /** Somebody asked for a link to verify an address: the person's own, or the one it is to become. */
  onVerificationWanted(person: Person, token: string): Promise<void>;
  onResetWanted(person: Person, token: string): Promise<void>;
  /** A link that only the address could give was used to set a password. */
  onPasswordReset(person: Person): Promise<void>;
  /** The account of a person that an identity provider tells of; null when there can be none. */
  accountFor(person: { email: string; emailVerified: boolean }): Promise<string | null>;
  /** Whether the person may have sessions: not when the account is closed. */
  mayEnter(personId: string): Promise<boolean>;
}

/** What we do when something happens in the sign-in library. */
export function createAuthEvents(parts: {
  database: Database;
  clock: Clock;
  accounts: Accounts;
  apiKeys: Pick<ApiKeys, 'list' | 'revoke'>;
  mails: SignInMails;
}): AuthEvents {
  const { database, clock, accounts, apiKeys, mails } = parts;

  /**
   * Whoever came first did not have to have the address, also by a provider that had not verified it: he does not come
   * in again, and the keys that he has made do not become its owner's.
   */
  async function forgetTheUnproven(personId: string): Promise<void> {
    const person = await findPerson(database, personId);
    if (!person || (await accounts.byId(person.account_id)).status !== 'unverified') return;
    for (const { id, revokedAt } of await apiKeys.list(person.account_id)) {
      if (revokedAt === null) await apiKeys.revoke(person.account_id, id);
    }
    await keepPasswordOnly(database, personId);
  }

  return {
    async onVerificationWanted({ id, email }, token) {
      const person = await findPerson(database, id);
      if (person?.email === email) await mails.verifyAddress(database, email, token);
      else await mails.verifyNewAddress(database, email, token);
    },

    async onResetWanted({ id, email }, token) {
      if (await hasPassword(database, id)) await mails.resetPassword(database, email, token);
      else await mails.choosePassword(database, email, token);
    },

    async onPasswordReset({ id, email }) {
      await forgetResetLinks(database, id);
      await forgetTheUnproven(id);
      await markVerified(database, id, clock.now());
      await mails.passwordChanged(database, email);
    },

    async accountFor({ email, emailVerified }) {
      const opened = await database.transaction().execute(async (trx) => await accounts.open(trx, email));
      // The operator's accounts are for whoever has the address, and a provider may say who that is.
      return opened ?? (emailVerified ? await findAccountWithoutPerson(database, email) : null);
    },

    mayEnter: async (personId) => !(await isAccountClosed(database, personId)),
  };
}
