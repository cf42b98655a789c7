import { closingSchema, doneSchema } from '@icana/contract/app';

import type { Routes } from '../../infra/http/http-server.ts';
import { addJsonRoutes } from '../../infra/http/json-bodies.ts';
import { personOf } from '../../infra/http/request-context.ts';
import type { OwnAccount } from '../sign-in/own-account.service.ts';
import { passCookies } from '../sign-in/session-cookies.ts';
import { countTry, type SignInLimits } from '../sign-in/sign-in-limits.ts';
import type { SignIn } from '../sign-in/sign-in.service.ts';
import type { AccountClosing } from './account-closing.ts';
import type { AccountExport } from './account-export.ts';

export interface OwnDataRouteParts {
  readonly accountExport: AccountExport;
  readonly accountClosing: AccountClosing;
  readonly ownAccount: OwnAccount;
  readonly signIn: SignIn;
  readonly signInLimits: SignInLimits;
}

/** What people take away, and how they leave. */
export async function addOwnDataRoutes(app: Routes, parts: OwnDataRouteParts): Promise<void> {
  const { accountExport, accountClosing, ownAccount, signIn, signInLimits } = parts;
  // It is compressed already.
  app.get('/account/export', { config: { isCostly: true }, compress: false }, async (request, reply) =>
    reply
      .type('application/zip')
      .header('content-disposition', 'attachment; filename="icana.zip"')
      .header('cache-control', 'no-store')
      .send(accountExport.of(personOf(request).accountId)),
  );
  await addJsonRoutes(app, (routes) => {
    routes.post(
      '/account/close',
      { config: { admits: 'unverified' }, schema: { body: closingSchema, response: { 200: doneSchema } } },
      async (request, reply) => {
        const person = personOf(request);
        await countTry(signInLimits, reply, person.personId);
        await ownAccount.requirePassword(request.body.password, request);
        await accountClosing.close(person);
        // The session is gone; this takes away the cookie.
        passCookies(await signIn.logOut(request), reply);
        return {};
      },
    );
  });
}
