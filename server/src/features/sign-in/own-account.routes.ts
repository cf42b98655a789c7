import {
  doneSchema,
  emailChangeSchema,
  ownSessionsSchema,
  passwordChangeSchema,
  timeZoneChangeSchema,
} from '@icana/contract/app';
import { z } from 'zod';

import { refusal } from '../../infra/http/api-error.ts';
import type { Routes } from '../../infra/http/http-server.ts';
import { addJsonRoutes } from '../../infra/http/json-bodies.ts';
import { personOf } from '../../infra/http/request-context.ts';
import type { Accounts } from '../accounts/accounts.service.ts';
import type { OwnAccount } from './own-account.service.ts';
import { passCookies } from './session-cookies.ts';
import { countMail, countTry, type SignInLimits } from './sign-in-limits.ts';

export interface OwnAccountRouteParts {
  readonly ownAccount: OwnAccount;
  readonly accounts: Accounts;
  readonly signInLimits: SignInLimits;
}

/** Whoever has registered with a wrong address can put it right. */
const config = { admits: 'unverified' } as const;
const response = { 200: doneSchema };

/** What a person changes about how he signs in. */
export async function addOwnAccountRoutes(app: Routes, parts: OwnAccountRouteParts): Promise<void> {
  const { ownAccount } = parts;
  app.get(
    '/account/sessions',
    { config: { admits: 'signed-in' }, schema: { response: { 200: ownSessionsSchema } } },
    async (request) => await ownAccount.sessions(personOf(request).personId, request),
  );
  app.delete(
    '/account/sessions/:id',
    { config: { admits: 'signed-in' }, schema: { params: z.object({ id: z.string() }), response } },
    async (request) => {
      await ownAccount.endSession({ personId: personOf(request).personId, id: request.params.id });
      return {};
    },
  );
  app.post(
    '/account/log-out-everywhere',
    { config: { admits: 'signed-in' }, schema: { response } },
    async (request, reply) => {
      passCookies(await ownAccount.logOutEverywhere(request), reply);
      return {};
    },
  );
  await addJsonRoutes(app, (routes) => {
    addCredentialRoutes(routes, parts);
    addTimeZoneRoute(routes, parts);
  });
}

function addCredentialRoutes(routes: Routes, { ownAccount, signInLimits }: OwnAccountRouteParts): void {
  routes.post(
    '/account/password',
    { config, schema: { body: passwordChangeSchema, response } },
    async (request, reply) => {
      const { personId, email } = personOf(request);
      await countTry(signInLimits, reply, personId);
      passCookies(await ownAccount.changePassword(request.body, { asker: request, personId, email }), reply);
      return {};
    },
  );
  routes.post(
    '/account/email',
    { config, schema: { body: emailChangeSchema, response } },
    async (request, reply) => {
      const { personId, email } = personOf(request);
      await countTry(signInLimits, reply, personId);
      await countMail(signInLimits, reply, { purpose: 'change', to: request.body.newEmail });
      await ownAccount.changeEmail(request.body, { asker: request, email });
      return {};
    },
  );
}

function addTimeZoneRoute(routes: Routes, { accounts }: OwnAccountRouteParts): void {
  routes.put(
    '/account/time-zone',
    { config, schema: { body: timeZoneChangeSchema, response } },
    async (request) => {
      const isKnown = await accounts.setTimeZone(personOf(request).accountId, request.body.timeZone);
      if (!isKnown) throw refusal('account.time_zone_unknown');
      return {};
    },
  );
}
