import { setTimeout as delay } from 'node:timers/promises';
import {
  doneSchema,
  logInSchema,
  mailRequestSchema,
  providerUrlSchema,
  registrationSchema,
  resetSchema,
  signInOptionsSchema,
  verificationSchema,
  type SignInOptions,
} from '@icana/contract/app';

import { networkOf } from '../../infra/http/client-network.ts';
import type { Routes } from '../../infra/http/http-server.ts';
import { addJsonRoutes } from '../../infra/http/json-bodies.ts';
import { passCookies } from './session-cookies.ts';
import { countLogIn, countMail, countTry, type SignInLimits } from './sign-in-limits.ts';
import type { SignIn } from './sign-in.service.ts';

export interface SignInRouteParts {
  readonly signIn: SignIn;
  readonly signInLimits: SignInLimits;
  readonly signInOptions: SignInOptions;
}

/** What writing a mail takes on a busy machine. */
const ANSWER_AFTER_MS = 300;

/** Whom these are for nobody knows yet. */
const config = { admits: 'anyone' } as const;
const response = { 200: doneSchema };

/** What people get in by: the only routes of the dashboard that ask for no session. */
export async function addSignInRoutes(app: Routes, parts: SignInRouteParts): Promise<void> {
  addProviderRoutes(app, parts);
  await addJsonRoutes(app, (routes) => {
    addPasswordRoutes(routes, parts);
    addLinkRoutes(routes, parts);
  });
}

function addPasswordRoutes(routes: Routes, { signIn, signInLimits }: SignInRouteParts): void {
  routes.post(
    '/auth/register',
    { config, schema: { body: registrationSchema, response } },
    async (request, reply) => {
      await countTry(signInLimits, reply, networkOf(request));
      await countMail(signInLimits, reply, { purpose: 'register', to: request.body.email });
      await signIn.register(request.body);
      return {};
    },
  );
  routes.post('/auth/log-in', { config, schema: { body: logInSchema, response } }, async (request, reply) => {
    await countLogIn(signInLimits, reply, { from: networkOf(request), email: request.body.email });
    passCookies(await signIn.logIn(request.body, request), reply);
    return {};
  });
}

function addLinkRoutes(routes: Routes, { signIn, signInLimits }: SignInRouteParts): void {
  routes.post(
    '/auth/verify',
    { config, schema: { body: verificationSchema, response } },
    async (request, reply) => {
      await countTry(signInLimits, reply, networkOf(request));
      const headers = await signIn.verify(request.body, request);
      if (headers) passCookies(headers, reply);
      return {};
    },
  );
  const mailed = {
    '/auth/resend-verification': {
      purpose: 'verify',
      send: (email: string) => signIn.resendVerification(email),
    },
    '/auth/forgot': { purpose: 'reset', send: (email: string) => signIn.forgot(email) },
  } as const;
  for (const [path, { purpose, send }] of Object.entries(mailed)) {
    routes.post(path, { config, schema: { body: mailRequestSchema, response } }, async (request, reply) => {
      await countTry(signInLimits, reply, networkOf(request));
      await countMail(signInLimits, reply, { purpose, to: request.body.email });
      // As long with an account as without one, which has nothing to do.
      await Promise.all([send(request.body.email), delay(ANSWER_AFTER_MS)]);
      return {};
    });
  }
  routes.post('/auth/reset', { config, schema: { body: resetSchema, response } }, async (request, reply) => {
    await countTry(signInLimits, reply, networkOf(request));
    await signIn.reset(request.body);
    return {};
  });
}

function addProviderRoutes(routes: Routes, { signIn, signInLimits, signInOptions }: SignInRouteParts): void {
  routes.get(
    '/auth/options',
    { config, schema: { response: { 200: signInOptionsSchema } } },
    () => signInOptions,
  );
  routes.post(
    '/auth/provider',
    { config, schema: { response: { 200: providerUrlSchema } } },
    async (request, reply) => {
      await countTry(signInLimits, reply, networkOf(request));
      const { url, headers } = await signIn.providerUrl(request);
      passCookies(headers, reply);
      return { url };
    },
  );
  // By this the identity provider sends people back.
  routes.get('/auth/callback/oidc', { config }, async (request, reply) => {
    await countTry(signInLimits, reply, networkOf(request));
    return await reply.send(await signIn.fromProvider(request, request.url));
  });
}
