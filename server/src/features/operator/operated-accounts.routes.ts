import {
  ACCOUNT_STEPS,
  accountSettingsSchema,
  adjustCreditSchema,
  doneSchema,
  operatedAccountDetailSchema,
  operatedAccountsQuerySchema,
  operatedAccountsSchema,
} from '@icana/contract/app';
import { z } from 'zod';

import type { Routes } from '../../infra/http/http-server.ts';
import { addJsonRoutes } from '../../infra/http/json-bodies.ts';
import { personOf } from '../../infra/http/request-context.ts';
import { actorOf } from './actor.ts';
import type { OperatedAccounts } from './operated-accounts.ts';
import type { Operators } from './operators.ts';

export interface OperatedAccountRouteParts {
  readonly operators: Operators;
  readonly operatedAccounts: OperatedAccounts;
}

const params = z.object({ id: z.string() });
const response = { 200: doneSchema };

/** Everybody's accounts: look, suspend, restore, close, credit, limits. */
export async function addOperatedAccountRoutes(
  routes: Routes,
  parts: OperatedAccountRouteParts,
): Promise<void> {
  const { operators, operatedAccounts } = parts;

  routes.get(
    '/accounts',
    { schema: { querystring: operatedAccountsQuerySchema, response: { 200: operatedAccountsSchema } } },
    async (request) => await operatedAccounts.list(request.query),
  );

  routes.get(
    '/accounts/:id',
    { schema: { params, response: { 200: operatedAccountDetailSchema } } },
    async (request) => await operatedAccounts.get(request.params.id, { ownId: personOf(request).accountId }),
  );

  for (const step of ACCOUNT_STEPS) {
    routes.post(`/accounts/:id/${step}`, { schema: { params, response } }, async (request) => {
      const { email } = await operatedAccounts.require(request.params.id);
      await operators.as(actorOf(request)).stepAccount(email, step);
      return {};
    });
  }

  await addJsonRoutes(routes, (withBodies) => addChangeRoutes(withBodies, parts));
}

function addChangeRoutes(routes: Routes, { operators, operatedAccounts }: OperatedAccountRouteParts): void {
  routes.post(
    '/accounts/:id/credit',
    { schema: { params, body: adjustCreditSchema, response } },
    async (request) => {
      const { email } = await operatedAccounts.require(request.params.id);
      await operators.as(actorOf(request)).adjustCredit(email, request.body);
      return {};
    },
  );

  routes.put(
    '/accounts/:id/settings',
    { schema: { params, body: accountSettingsSchema, response } },
    async (request) => {
      const { email } = await operatedAccounts.require(request.params.id);
      const { submitLimit, requestLimit, timeZone } = request.body;
      await operators.as(actorOf(request)).setAccount(email, {
        ...(submitLimit !== undefined && { submitLimit }),
        ...(requestLimit !== undefined && { requestLimit }),
        ...(timeZone !== undefined && { timeZone }),
      });
      return {};
    },
  );
}
