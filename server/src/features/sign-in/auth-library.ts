import { betterAuth } from 'better-auth';
import type { BetterAuthOptions } from 'better-auth';
import { APIError, createEmailVerificationToken } from 'better-auth/api';
import { verifyJWT } from 'better-auth/crypto';
import type { Logger } from 'pino';

import type { Database } from '../../infra/database/schema.ts';
import { newId } from '../../lib/ids.ts';
import type { AuthEvents } from './auth-events.ts';
import { AUTH_TABLES } from './auth-tables.ts';
import { identityProviderPlugin } from './identity-provider-plugin.ts';
import type { IdentityProvider } from './identity-provider.ts';
import { ADDRESS_HEADER } from './session-cookies.ts';

const DAY_SECONDS = 24 * 60 * 60;
const SESSION_SECONDS = 30 * DAY_SECONDS;
const VERIFICATION_SECONDS = DAY_SECONDS;
const RESET_SECONDS = 60 * 60;

/** Below `/app`; the identity provider sends people back to it. */
const AUTH_PATH = '/app/auth';
const SHORTEST_PASSWORD = 10;
const LONGEST_PASSWORD = 128;

interface AuthParts {
  readonly database: Database;
  readonly secret: string;
  readonly origin: string;
  readonly provider: IdentityProvider | undefined;
  readonly events: AuthEvents;
  readonly log: Logger;
}

/** What a link of a mail says that verifies an address. */
interface VerificationLink {
  readonly email: string;
  readonly personId: string;
  /** Whether the address is one that the person wants to change to. */
  readonly changesAddress: boolean;
}

export type AuthLibrary = ReturnType<typeof createAuthLibrary>;

/**
 * The library for passwords, sessions, links and identity providers, on our tables. Our routes call it in the process:
 * of its own routes only the one that an identity provider leads back to is reachable. Requests are counted by our
 * limits, and their origin is looked at by our guard.
 */
export function createAuthLibrary(parts: AuthParts) {
  const { secret } = parts;
  const auth = configure(parts);
  return {
    api: auth.api,
    handler: async (request: Request): Promise<Response> => await auth.handler(request),
    hashPassword: async (password: string) => await (await auth.$context).password.hash(password),

    /** What the link of a mail carries that verifies a person's address. */
    signLink: async ({ id, email }: { id: string; email: string }): Promise<string> =>
      await createEmailVerificationToken(secret, email, undefined, VERIFICATION_SECONDS, { userId: id }),

    /** Whom such a link is about, and by which address; null when it has expired or is none. */
    readLink: async (token: string): Promise<VerificationLink | null> => {
      const claims = await verifyJWT(token, secret);
      const { email, userId, updateTo } = claims ?? {};
      if (typeof email !== 'string' || typeof userId !== 'string') return null;
      return { email, personId: userId, changesAddress: updateTo !== undefined };
    },
  };
}

function configure(parts: AuthParts) {
  const { database, secret, origin, provider, log } = parts;
  return betterAuth({
    ...AUTH_TABLES,
    baseURL: origin,
    basePath: AUTH_PATH,
    secret,
    database: { db: database, type: 'postgres', transaction: true },
    ...passwordsAndLinks(parts.events),
    account: {
      ...AUTH_TABLES.account,
      updateAccountOnSignIn: false,
      accountLinking: { requireLocalEmailVerified: true },
    },
    session: { ...AUTH_TABLES.session, expiresIn: SESSION_SECONDS, updateAge: DAY_SECONDS, freshAge: 0 },
    databaseHooks: hooks(parts.events),
    plugins: provider ? [identityProviderPlugin(provider)] : [],
    onAPIError: { errorURL: '/login' },
    rateLimit: { enabled: false },
    telemetry: { enabled: false },
    advanced: {
      cookiePrefix: 'icana',
      useSecureCookies: origin.startsWith('https:'),
      database: { generateId: newId },
      ipAddress: { ipAddressHeaders: [ADDRESS_HEADER] },
    },
    logger: { level: 'error', log: (_level, message) => log.error({ from: 'better-auth' }, message) },
  });
}

function passwordsAndLinks(events: AuthEvents) {
  return {
    emailAndPassword: {
      enabled: true,
      // People register through us, in one transaction with their account.
      disableSignUp: true,
      minPasswordLength: SHORTEST_PASSWORD,
      maxPasswordLength: LONGEST_PASSWORD,
      resetPasswordTokenExpiresIn: RESET_SECONDS,
      revokeSessionsOnPasswordReset: true,
      sendResetPassword: async ({ user, token }) => await events.onResetWanted(user, token),
      onPasswordReset: async ({ user }) => await events.onPasswordReset(user),
    },
    emailVerification: {
      expiresIn: VERIFICATION_SECONDS,
      autoSignInAfterVerification: false,
      sendVerificationEmail: async ({ user, token }) => await events.onVerificationWanted(user, token),
    },
  } satisfies BetterAuthOptions;
}

function hooks(events: AuthEvents) {
  return {
    user: {
      create: {
        async before(person) {
          const accountId = await events.accountFor(person);
          return accountId === null ? false : { data: { accountId } };
        },
      },
    },
    account: {
      create: {
        before: async () => ({
          data: { accessToken: undefined, refreshToken: undefined, idToken: undefined, scope: undefined },
        }),
      },
    },
    session: {
      create: {
        async before({ userId }) {
          if (await events.mayEnter(userId)) return;
          throw new APIError('FORBIDDEN', { code: 'ACCOUNT_CLOSED', message: 'The account is closed.' });
        },
      },
    },
  } satisfies BetterAuthOptions['databaseHooks'];
}
