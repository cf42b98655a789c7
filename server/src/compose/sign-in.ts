import type { Settings } from '../config/load-settings.ts';
import type { Accounts } from '../features/accounts/accounts.service.ts';
import type { ApiKeys } from '../features/api-keys/api-keys.service.ts';
import { createRateLimits } from '../features/rate-limits/rate-limits.service.ts';
import { createAuthEvents } from '../features/sign-in/auth-events.ts';
import { createAuthLibraryLoader } from '../features/sign-in/auth-library-loader.ts';
import { identityProviderIn } from '../features/sign-in/identity-provider.ts';
import { createOwnAccount } from '../features/sign-in/own-account.service.ts';
import { createSignInMails } from '../features/sign-in/sign-in-mails.ts';
import { createSignIn } from '../features/sign-in/sign-in.service.ts';
import { createPublicUrl } from '../infra/http/public-url.ts';
import { createMails } from '../infra/mail/mails.ts';
import { createSendMailHandler } from '../infra/mail/send-mail-handler.ts';
import { systemClock } from '../lib/clock.ts';
import type { Foundations } from './foundations.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
/** How many networks it takes to keep the owner of an address from logging in. At 100 tries a minute nobody guesses one. */
const NETWORKS_TOGETHER = 10;

/** What lets people in, and writes to them. */
export function composeSignIn(
  { database: { db: database }, queue, log }: Foundations,
  parts: {
    settings: Settings;
    accounts: Accounts;
    apiKeys: ApiKeys;
    /** The credit that an account begins with, and how much audio that pays for. */
    welcome: { microAud: number; minutes: number };
  },
) {
  const { settings, accounts, apiKeys, welcome } = parts;
  const { smtpUrl, mailFrom, rateLimitSignIn, rateLimitMail } = settings;
  const clock = systemClock;
  const publicUrl = createPublicUrl(settings.publicUrl);
  const mails = createMails({ database, queue, clock, areSent: smtpUrl !== undefined });
  const signInMails = createSignInMails({ mails, publicUrl });
  const provider = identityProviderIn(settings);
  const events = createAuthEvents({ database, clock, accounts, apiKeys, mails: signInMails });
  const library = createAuthLibraryLoader({ database, publicUrl, provider, events, log, settings });
  return {
    publicUrl,
    mails,
    sendMailHandler: createSendMailHandler({ smtpUrl, from: mailFrom, log }),
    signIn: createSignIn({ database, clock, accounts, mails: signInMails, publicUrl, library }),
    ownAccount: createOwnAccount({ database, clock, mails: signInMails, library }),
    signInLimits: {
      tries: createRateLimits({
        database,
        limits: { 'sign-in': rateLimitSignIn, 'log-in': NETWORKS_TOGETHER * rateLimitSignIn },
        windowMs: MINUTE_MS,
      }),
      mails: createRateLimits({ database, limits: { mail: rateLimitMail }, windowMs: HOUR_MS }),
    },
    signInOptions: {
      providerName: provider?.name ?? null,
      mailIsSent: mails.areSent,
      welcomeMicroAud: welcome.microAud,
      welcomeMinutes: welcome.minutes,
    },
    // TLS ends at a proxy: what that passes on is not this machine's, whether the proxy says so or not.
    outboxIsShown: !mails.areSent && !settings.trustProxy && !settings.publicUrl?.startsWith('https:'),
  };
}
