import type { OwnSessions } from '@icana/contract/app';

import type { Database } from '../../infra/database/schema.ts';
import { wireTime, type Clock } from '../../lib/clock.ts';
import { isUuid } from '../../lib/ids.ts';
import { asking } from './auth-errors.ts';
import type { AuthLibrary } from './auth-library.ts';
import { forgetResetLinks, insertPersonOfAccount } from './people.store.ts';
import { authHeaders, type Asker } from './session-cookies.ts';
import { deleteSession, listSessions } from './sessions.store.ts';
import type { SignInMails } from './sign-in-mails.ts';

export type OwnAccount = ReturnType<typeof createOwnAccount>;

/** What people who have signed in change about how they do. What changes hands asks for the password again. */
export function createOwnAccount(parts: {
  database: Database;
  clock: Clock;
  mails: SignInMails;
  library: () => Promise<AuthLibrary>;
}) {
  const { database, clock, mails, library } = parts;

  /** @throws ApiError 400 when it is not the password of the person who asks */
  async function requirePassword(password: string, asker: Asker): Promise<void> {
    const { api } = await library();
    await asking(api.verifyPassword({ body: { password }, headers: authHeaders(asker) }));
  }

  return {
    requirePassword,

    /** Sets another password and ends all other sessions and links; answers with the cookies of the one that goes on. */
    async changePassword(
      { currentPassword, newPassword }: { currentPassword: string; newPassword: string },
      { asker, personId, email }: { asker: Asker; personId: string; email: string },
    ): Promise<Headers> {
      const { api } = await library();
      const call = api.changePassword({
        body: { currentPassword, newPassword, revokeOtherSessions: true },
        headers: authHeaders(asker),
        returnHeaders: true,
      });
      const { headers } = await asking(call);
      await forgetResetLinks(database, personId);
      await mails.passwordChanged(database, email);
      return headers;
    },

    /**
     * Sends a link to the new address, which becomes the person's once it is opened, and tells the old one. Where the
     * new address has an account, nothing comes of it, and nobody is told.
     */
    async changeEmail(
      { newEmail, password }: { newEmail: string; password: string },
      { asker, email }: { asker: Asker; email: string },
    ): Promise<void> {
      const { api } = await library();
      await requirePassword(password, asker);
      if (newEmail === email) return;
      // Then the library finds it taken, too.
      await insertPersonOfAccount(database, newEmail, clock.now());
      await asking(api.changeEmail({ body: { newEmail }, headers: authHeaders(asker) }));
      await mails.addressChangeAsked(database, email, newEmail);
    },

    /** Ends all sessions, this one with them. */
    async logOutEverywhere(asker: Asker): Promise<Headers> {
      const { api } = await library();
      const call = api.revokeSessions({ headers: authHeaders(asker), returnHeaders: true });
      return (await asking(call)).headers;
    },

    /** Ends one session of the person; does nothing where there is no such one of his, or not any more. */
    async endSession(wanted: { personId: string; id: string }): Promise<void> {
      if (isUuid(wanted.id)) await deleteSession(database, wanted);
    },

    async sessions(personId: string, asker: Asker): Promise<OwnSessions> {
      const { api } = await library();
      const current = await api.getSession({ headers: authHeaders(asker) });
      const rows = await listSessions(database, { personId, now: clock.now() });
      return rows.map((row) => ({
        id: row.id,
        isThisOne: row.token === current?.session.token,
        address: row.ip_address,
        browser: row.user_agent,
        signedInAt: wireTime(row.created_at),
      }));
    },
  };
}
