import { doneSchema, sessionSchema } from '@icana/contract/app';

import type { Routes } from '../../infra/http/http-server.ts';
import { personOf } from '../../infra/http/request-context.ts';
import type { Accounts } from '../accounts/accounts.service.ts';
import { passCookies } from './session-cookies.ts';
import type { SignIn } from './sign-in.service.ts';

const config = { admits: 'signed-in' } as const;

/** Who has signed in, and out again. */
export function addSessionRoutes(routes: Routes, parts: { signIn: SignIn; accounts: Accounts }): void {
  const { signIn, accounts } = parts;
  routes.get('/session', { config, schema: { response: { 200: sessionSchema } } }, async (request) => {
    const { personId, accountId, isOperator } = personOf(request);
    const { email, status, availableMicroAud, heldMicroAud, settings } = await accounts.byId(accountId);
    return {
      email,
      accountStatus: status,
      isOperator,
      availableMicroAud,
      heldMicroAud,
      timeZone: settings.timeZone,
      hasPassword: await signIn.hasPassword(personId),
    };
  });
  routes.post(
    '/auth/log-out',
    { config, schema: { response: { 200: doneSchema } } },
    async (request, reply) => {
      passCookies(await signIn.logOut(request), reply);
      return {};
    },
  );
}
