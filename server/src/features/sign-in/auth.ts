import { betterAuth } from 'better-auth';
import type { BetterAuthOptions } from 'better-auth';
import { APIError } from 'better-auth/api';
import type { Logger } from 'pino';

import type { Database } from '../../infra/database/schema.ts';
import { newId } from '../../lib/ids.ts';
import { AUTH_TABLES } from './auth-tables.ts';
import { identityProvider, type IdentityProvider } from './identity-provider.ts';

const DAY_SECONDS = 24 * 60 * 60;
const SESSION_SECONDS = 30 * DAY_SECONDS;
export const VERIFICATION_SECONDS = DAY_SECONDS;
const RESET_SECONDS = 60 * 60;

/** Below `/app`; the identity provider sends people back to it. */
const AUTH_PATH = '/app/auth';
/** The header that tells the library an address: no client's word, but the server's. */
export const ADDRESS_HEADER = 'x-icana-address';

export const SHORTEST_PASSWORD = 10;
export const LONGEST_PASSWORD = 128;

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

interface AuthParts {
  readonly database: Database;
  readonly secret: string;
  readonly origin: string;
  readonly provider: IdentityProvider | undefined;
  readonly events: AuthEvents;
  readonly log: Logger;
}

export type Auth = ReturnType<typeof createAuth>;

/**
 * The library for passwords, sessions, links and identity providers, on our tables. Our routes call it in the process:
 * of its own routes only the one that an identity provider leads back to is reachable. Requests are counted by our
 * limits, and their origin is looked at by our guard.
 */
export function createAuth(parts: AuthParts) {
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
    plugins: provider ? [identityProvider(provider)] : [],
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
