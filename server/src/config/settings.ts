import { availableParallelism } from 'node:os';
import path from 'node:path';
import envPaths from 'env-paths';

import {
  address,
  folder,
  hostName,
  issuedSecret,
  line,
  namesByKey,
  oneOf,
  optional,
  setting,
  sharedSecret,
  webOrigin,
  wholeNumber,
  yesOrNo,
} from './setting.ts';

/** Root has no business in a home that the database's user cannot enter, so its data lies where a system's data does. */
function defaultDataDir(): string {
  const isSystem = process.platform === 'linux' && process.getuid?.() === 0 && !process.env['XDG_DATA_HOME'];
  return isSystem ? '/var/lib/icana' : envPaths('icana', { suffix: '' }).data;
}

/** Every setting there is. `docs/configuration.md` is written from this list: `node server/src/config/write-docs.ts`. */
export const settings = {
  host: setting(hostName, {
    env: 'HOST',
    doc: 'The address to listen on. `0.0.0.0` lets other machines in: put a proxy with TLS in front.',
    default: '127.0.0.1',
  }),
  port: setting(wholeNumber(0, 65_535), {
    env: 'PORT',
    doc: 'The port to listen on; `0` takes any free one.',
    default: 3000,
  }),
  trustProxy: setting(yesOrNo, {
    env: 'TRUST_PROXY',
    doc:
      'Whether a proxy in front is believed about the address a request comes from: the last one in `X-Forwarded-For`. ' +
      'Say `yes` only behind one. Of several in a row the nearest has to pass on the address that the first was told.',
    default: false,
    defaultDoc: '`no`',
  }),
  publicUrl: setting(optional(webOrigin), {
    env: 'PUBLIC_URL',
    doc:
      'The address by which people reach the dashboard: what links in mails begin with. With `https` the cookies of ' +
      'sessions are sent over TLS alone.',
    default: undefined,
    defaultDoc: 'where the service listens',
  }),
  dataDir: setting(folder, {
    env: 'DATA_DIR',
    doc:
      'The folder that holds everything worth keeping: the built-in database and the recordings. ' +
      'One service at a time uses it; services on one `DATABASE_URL` must share its folders `objects` and `resumable`.',
    default: defaultDataDir,
    defaultDoc:
      '`icana` in the folder for user data (Linux: `~/.local/share/icana`); for root `/var/lib/icana`',
  }),
  databaseUrl: setting(optional(address('postgres', 'postgresql')), {
    env: 'DATABASE_URL',
    doc: 'A PostgreSQL server (15 or newer) to use instead of the built-in one.',
    default: undefined,
    defaultDoc: 'the built-in database, in `DATA_DIR/postgres`',
    secret: true,
  }),
  databaseConnections: setting(wholeNumber(2, 200), {
    env: 'DATABASE_CONNECTIONS',
    doc: 'How many connections a process keeps for its queries. The queue and the waiting for jobs take six more.',
    default: 10,
  }),
  modelsDir: setting(folder, {
    env: 'MODELS_DIR',
    doc: 'The folder speech models are fetched into, once, and may be shared by everything on the machine.',
    default: () => path.join(envPaths('icana', { suffix: '' }).cache, 'models'),
    defaultDoc: '`icana/models` in the folder for user caches (Linux: `~/.cache/icana/models`)',
  }),
  languageModels: setting(namesByKey, {
    env: 'LANGUAGE_MODELS',
    doc:
      'Which model recognises a language, where several are installed and the best by our order is not the one wanted, ' +
      'such as `en=parakeet-tdt-0.6b-v3 auto=whisper-small`. Models named here are fetched at the start.',
    default: {},
    defaultDoc: 'the first in `icana models list` that is installed and knows the language',
  }),
  engineProcesses: setting(wholeNumber(1, 256), {
    env: 'ENGINE_PROCESSES',
    doc: 'How many speech processes run side by side, each on one core and with a set of models of its own in memory.',
    default: () => availableParallelism(),
    defaultDoc: 'one for each core',
  }),
  jobsAtOnce: setting(wholeNumber(1, 256), {
    env: 'JOBS_AT_ONCE',
    doc:
      'How many short recordings a process works on at the same time; long ones are shared out in chunks, whatever this ' +
      'is. They share the speech processes by when they are due.',
    default: 4,
  }),
  maxUploadMb: setting(wholeNumber(1, 100_000), {
    env: 'MAX_UPLOAD_MB',
    doc: 'The largest recording taken, in megabytes of 1024 × 1024 bytes.',
    default: 500,
  }),
  rateLimitSubmit: setting(wholeNumber(1, 1_000_000), {
    env: 'RATE_LIMIT_SUBMIT',
    doc: 'How many recordings a key may submit in a minute.',
    default: 10,
  }),
  rateLimitRequest: setting(wholeNumber(1, 1_000_000), {
    env: 'RATE_LIMIT_REQUEST',
    doc: 'How many other requests a key may make in a minute.',
    default: 60,
  }),
  rateLimitBadKey: setting(wholeNumber(1, 1_000_000), {
    env: 'RATE_LIMIT_BAD_KEY',
    doc: 'How many requests without a valid key an address may make in a minute.',
    default: 30,
  }),
  rateLimitDashboard: setting(wholeNumber(1, 1_000_000), {
    env: 'RATE_LIMIT_DASHBOARD',
    doc:
      'How many requests somebody who has signed in may make in a minute, and how many with sessions that are over an ' +
      'address may make: the pages of one person need far fewer.',
    default: 600,
  }),
  rateLimitSignIn: setting(wholeNumber(1, 1_000_000), {
    env: 'RATE_LIMIT_SIGN_IN',
    doc:
      'How many times a minute one may try to sign in, to register or to open a link of a mail from an address of the ' +
      'network, and how many times somebody who has signed in may give his password. Ten times as many may try to sign ' +
      'in with one e-mail address, from all networks together.',
    default: 10,
  }),
  rateLimitMail: setting(wholeNumber(1, 1_000_000), {
    env: 'RATE_LIMIT_MAIL',
    doc:
      'How many mails an hour strangers can have sent to an e-mail address for each purpose: registering, verifying it, ' +
      'setting a password, and changing to it.',
    default: 5,
  }),
  openAiSeconds: setting(wholeNumber(1, 3600), {
    env: 'OPENAI_SECONDS',
    doc:
      'How long after its beginning a request to `/v1/audio/transcriptions` is answered at the latest, in seconds. ' +
      'Clients that give up before that send the recording again: Node.js waits for 300 seconds, Python for 600.',
    default: 280,
  }),
  keyPrefix: setting(oneOf('sk_test_', 'sk_live_'), {
    env: 'KEY_PREFIX',
    doc: 'What new API keys begin with, so that people tell the keys of deployments apart. Both kinds work alike.',
    default: 'sk_test_',
  }),
  webhookAllowPrivate: setting(yesOrNo, {
    env: 'WEBHOOK_ALLOW_PRIVATE',
    doc:
      'Whether webhooks may point into private networks, this machine included. Say `yes` only where every customer ' +
      'may reach what this service can reach.',
    default: false,
    defaultDoc: '`no`',
  }),
  authSecret: setting(optional(sharedSecret), {
    env: 'AUTH_SECRET',
    doc:
      'What sessions and links in mails are signed with. Services on one `DATABASE_URL` need the same; a new one signs ' +
      'everybody out.',
    default: undefined,
    defaultDoc: 'a random one, in the file `auth-secret` of `DATA_DIR`',
    secret: true,
  }),
  smtpUrl: setting(optional(address('smtp', 'smtps')), {
    env: 'SMTP_URL',
    doc: 'The mail server that takes our mails; `smtps` is TLS from the first byte.',
    default: undefined,
    defaultDoc: 'none: mails are kept and shown at `/outbox`, to this machine alone',
    secret: true,
  }),
  mailFrom: setting(line, {
    env: 'MAIL_FROM',
    doc: 'Whom our mails are from, such as `Icana <icana@example.org>`.',
    default: 'Icana <icana@localhost>',
  }),
  oidcIssuer: setting(optional(address('https', 'http')), {
    env: 'OIDC_ISSUER',
    doc:
      'The identity provider (OpenID Connect) that people can sign in with: the address below which it has ' +
      '`/.well-known/openid-configuration`. It sends people back to `PUBLIC_URL/app/auth/callback/oidc`.',
    default: undefined,
    defaultDoc: 'none: people sign in with a password',
  }),
  oidcClientId: setting(optional(line), {
    env: 'OIDC_CLIENT_ID',
    doc: 'How the identity provider knows this service.',
    default: undefined,
    defaultDoc: 'none',
  }),
  oidcClientSecret: setting(optional(line), {
    env: 'OIDC_CLIENT_SECRET',
    doc: 'What this service proves itself with to the identity provider.',
    default: undefined,
    defaultDoc: 'none',
    secret: true,
  }),
  oidcName: setting(line, {
    env: 'OIDC_NAME',
    doc: 'What people call the identity provider: the button says "Continue with" and this.',
    default: 'single sign-on',
  }),
  stripeSecretKey: setting(optional(issuedSecret('sk_', 'rk_')), {
    env: 'STRIPE_SECRET_KEY',
    doc:
      'The key of the Stripe account that customers pay to, in AUD. A restricted key needs to write Checkout Sessions and ' +
      'nothing else. In Stripe, add an endpoint for webhooks at `PUBLIC_URL/webhooks/stripe` with the events ' +
      '`checkout.session.completed`, `checkout.session.async_payment_succeeded`, `checkout.session.async_payment_failed`, ' +
      '`checkout.session.expired`, `charge.refunded`, `charge.dispute.created`, `charge.dispute.funds_withdrawn` and ' +
      '`charge.dispute.funds_reinstated`.',
    default: undefined,
    defaultDoc: 'none: see `TEST_TOP_UPS`',
    secret: true,
  }),
  stripeWebhookSecret: setting(optional(issuedSecret('whsec_')), {
    env: 'STRIPE_WEBHOOK_SECRET',
    doc: 'The signing secret of that endpoint: what it has not signed is not believed.',
    default: undefined,
    defaultDoc: 'none',
    secret: true,
  }),
  stripeApiUrl: setting(webOrigin, {
    env: 'STRIPE_API_URL',
    doc: 'Where the API of Stripe is, for a stand-in while developing.',
    default: 'https://api.stripe.com',
  }),
  testTopUps: setting(optional(yesOrNo), {
    env: 'TEST_TOP_UPS',
    doc: 'Whether customers can give themselves credit without money, marked as a test. Never where payments are set up.',
    default: undefined,
    defaultDoc: '`yes` with the built-in database, `no` with a `DATABASE_URL` or a `PUBLIC_URL`',
  }),
  sellerName: setting(optional(line), {
    env: 'SELLER_NAME',
    doc: 'Who sells here, as receipts name them.',
    default: undefined,
    defaultDoc: 'nobody is named',
  }),
  sellerAddress: setting(optional(line), {
    env: 'SELLER_ADDRESS',
    doc: 'The address below that name, its lines parted by `;`.',
    default: undefined,
    defaultDoc: 'none',
  }),
  sellerTaxId: setting(optional(line), {
    env: 'SELLER_TAX_ID',
    doc: 'The tax number below that, such as `ABN 12 345 678 901`. Receipts show it as it is, and count no tax.',
    default: undefined,
    defaultDoc: 'none',
  }),
  metricsToken: setting(optional(sharedSecret), {
    env: 'METRICS_TOKEN',
    doc: 'Who sends it as a bearer token may read `/metrics`, from anywhere.',
    default: undefined,
    defaultDoc: 'none: `/metrics` answers this machine only, and with `TRUST_PROXY` nobody',
    secret: true,
  }),
  logLevel: setting(oneOf('trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'), {
    env: 'LOG_LEVEL',
    doc: 'How much is logged: this level and everything graver.',
    default: 'info',
  }),
} as const;
