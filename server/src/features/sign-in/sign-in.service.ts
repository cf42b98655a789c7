import type { Registration } from '@icana/contract/app';

import type { Database } from '../../infra/database/schema.ts';
import { refusal } from '../../infra/http/api-error.ts';
import type { PublicUrl } from '../../infra/http/public-url.ts';
import type { Person } from '../../infra/http/request-context.ts';
import type { Clock } from '../../lib/clock.ts';
import type { Accounts } from '../accounts/accounts.service.ts';
import { asking } from './auth-errors.ts';
import type { AuthLibrary } from './auth-library.ts';
import { PROVIDER_ID } from './identity-provider.ts';
import {
  deleteExpired,
  deletePerson,
  findPersonByEmail,
  forgetResetLinks,
  hasPassword,
  hasWayIn,
  insertPerson,
  insertPersonOfAccount,
  markVerified,
  type PersonRow,
} from './people.store.ts';
import { authHeaders, type Asker } from './session-cookies.ts';
import type { SignInMails } from './sign-in-mails.ts';

interface Credentials {
  readonly email: string;
  readonly password: string;
}

/** Who asks, and the cookies to answer with; or nobody, and whether a session was looked for that is over. */
type Asking =
  | { readonly person: Person; readonly headers: Headers }
  | { readonly person: null; readonly isOver: boolean };

const NOBODY: Asking = { person: null, isOver: false };

export type SignIn = ReturnType<typeof createSignIn>;

/**
 * How people get in: registering, links in mails, passwords, sessions. Nothing here tells a stranger whether there is
 * an account for an address. What is answered with headers sets the cookies of the session.
 *
 * @param parts.library made with its first use, when it is known where people find this service
 */
export function createSignIn(parts: {
  database: Database;
  clock: Clock;
  accounts: Accounts;
  mails: SignInMails;
  publicUrl: PublicUrl;
  library: () => Promise<AuthLibrary>;
}) {
  const { database, clock, accounts, mails, publicUrl, library } = parts;

  async function sendVerification(db: Database, person: PersonRow): Promise<void> {
    const { signLink } = await library();
    await mails.verifyAddress(db, person.email, await signLink(person));
  }

  async function sendResetLink(email: string): Promise<void> {
    const { api } = await library();
    await insertPersonOfAccount(database, email, clock.now());
    await api.requestPasswordReset({ body: { email } });
  }

  /** Writes to the owner of an address with which somebody has registered again. */
  async function tellOwner(email: string): Promise<void> {
    const person = await findPersonByEmail(database, email);
    if (!person || !(await hasWayIn(database, person.id))) await sendResetLink(email);
    else if (person.email_verified) await mails.alreadyRegistered(database, email);
    else await sendVerification(database, person);
  }

  async function logIn(credentials: Credentials, asker: Asker): Promise<Headers> {
    const { api } = await library();
    const call = api.signInEmail({
      body: credentials,
      headers: authHeaders(asker),
      returnHeaders: true,
    });
    return (await asking(call)).headers;
  }

  /** A cookie whose signature is wrong costs no look at the database: the library sees to that first. */
  async function session(asker: Asker): Promise<Asking> {
    if (asker.headers.cookie === undefined) return NOBODY;
    const { api } = await library();
    const found = await api.getSession({ headers: authHeaders(asker), returnHeaders: true });
    const { id: personId, accountId, email } = found.response?.user ?? {};
    // Only of those that it has looked for does the library take the cookie back.
    if (!personId || !accountId || !email) {
      return { person: null, isOver: found.headers.getSetCookie().length > 0 };
    }
    const { status, isOperator } = await accounts.byId(accountId);
    if (status === 'closed') return { person: null, isOver: true };
    return {
      // An address that nobody has proven to be his makes nobody an operator.
      person: {
        personId,
        accountId,
        accountStatus: status,
        email,
        isOperator: isOperator && status === 'active',
      },
      headers: found.headers,
    };
  }

  /** The person whom an unexpired link is about. */
  async function personOfLink(token: string): Promise<PersonRow & { changesAddress: boolean }> {
    const { readLink } = await library();
    const link = await readLink(token);
    const person = link && (await findPersonByEmail(database, link.email));
    if (!person || person.id !== link.personId) throw refusal('sign_in.link_expired');
    return { ...person, changesAddress: link.changesAddress };
  }

  return {
    session,
    logIn,

    /** Opens an account; where there is one already, its owner is told by mail. The answer is the same. */
    async register({ email, password, timeZone }: Registration): Promise<void> {
      const { hashPassword } = await library();
      // Before anything is looked up, because it takes longest.
      const passwordHash = await hashPassword(password);
      const opened = await database.transaction().execute(async (trx) => {
        const accountId = await accounts.open(trx, email);
        if (accountId === null) return null;
        await sendVerification(
          trx,
          await insertPerson(trx, { accountId, email, passwordHash, at: clock.now() }),
        );
        return accountId;
      });
      if (opened === null) await tellOwner(email);
      // A zone that only the browser knows is no reason to turn anybody away.
      else if (timeZone !== undefined) await accounts.setTimeZone(opened, timeZone);
    },

    /** Sends another link to somebody who has registered and not verified the address. */
    async resendVerification(email: string): Promise<void> {
      const person = await findPersonByEmail(database, email);
      if (person && !person.email_verified && (await hasWayIn(database, person.id))) {
        await sendVerification(database, person);
      }
    },

    /**
     * Opens the link of a mail that verifies an address. The link alone proves the address; that it was its owner who
     * registered, and not somebody in his name, proves the session or the password.
     *
     * @returns the cookies of a new session, when the password was given
     */
    async verify(
      { token, password }: { token: string; password?: string | undefined },
      asker: Asker,
    ): Promise<Headers | null> {
      const { api } = await library();
      const person = await personOfLink(token);
      const current = password === undefined ? await session(asker) : null;
      if (password === undefined && current?.person?.personId !== person.id) {
        throw refusal('sign_in.password_needed');
      }
      const entered = password === undefined ? null : await logIn({ email: person.email, password }, asker);
      await asking(api.verifyEmail({ query: { token } }));
      if (person.changesAddress) {
        // Its link proves a new address as it did the first one; links in mails to the old one let nobody in any more.
        await markVerified(database, person.id, clock.now());
        await forgetResetLinks(database, person.id);
      }
      return entered;
    },

    /** Sends a link to set a new password, where there is an account for the address. */
    forgot: sendResetLink,

    /** Sets a new password by the link of a mail, which proves the address, too; ends all sessions. */
    async reset({ token, password }: { token: string; password: string }): Promise<void> {
      const { api } = await library();
      await asking(api.resetPassword({ body: { token, newPassword: password } }));
    },

    async logOut(asker: Asker): Promise<Headers> {
      const { api } = await library();
      return (await asking(api.signOut({ headers: authHeaders(asker), returnHeaders: true }))).headers;
    },

    hasPassword: async (personId: string): Promise<boolean> => await hasPassword(database, personId),

    /** Where to send the browser for signing in at the identity provider. */
    async providerUrl(asker: Asker): Promise<{ url: string; headers: Headers }> {
      const { api } = await library();
      const call = api.signInSocial({
        body: { provider: PROVIDER_ID, callbackURL: '/', errorCallbackURL: '/login', disableRedirect: true },
        headers: authHeaders(asker),
        returnHeaders: true,
      });
      const { response, headers } = await asking(call);
      if (!response.url) throw refusal('sign_in.no_provider');
      return { url: response.url, headers };
    },

    /** The way back from the identity provider. */
    async fromProvider(asker: Asker, path: string): Promise<Response> {
      const { handler } = await library();
      return await handler(new Request(new URL(path, publicUrl.origin), { headers: authHeaders(asker) }));
    },

    /** Ends all sessions of a person and forgets him, as part of `trx`. */
    removePerson: async (trx: Database, personId: string): Promise<void> => await deletePerson(trx, personId),

    /** Removes sessions and links that have expired; run it now and then. */
    sweep: async (): Promise<void> => await deleteExpired(database, clock.now()),
  };
}
