import {
  billingSchema,
  ledgerQuerySchema,
  ledgerSchema,
  lowBalanceSchema,
  newTopUpSchema,
  openedTopUpSchema,
  receiptSchema,
  type Movement,
} from '@icana/contract/app';
import { z } from 'zod';

import { sendCsv, type Column } from '../../infra/http/csv.ts';
import type { Routes } from '../../infra/http/http-server.ts';
import { addJsonRoutes } from '../../infra/http/json-bodies.ts';
import { personOf } from '../../infra/http/request-context.ts';
import { toAud } from '../../lib/money.ts';
import type { Credits } from '../credits/credits.service.ts';
import type { LowBalanceNotices } from './low-balance.ts';
import type { Payments } from './payments.service.ts';
import type { Statements } from './statements.ts';

export interface BillingRouteParts {
  readonly credits: Credits;
  readonly payments: Payments;
  readonly statements: Statements;
  readonly lowBalance: LowBalanceNotices;
}

const LEDGER_COLUMNS: readonly Column<Movement>[] = [
  { heading: 'Time (UTC)', of: ({ at }) => at },
  { heading: 'What', of: ({ title }) => title },
  { heading: 'Recording', of: ({ fileName }) => fileName },
  { heading: 'Note', of: ({ note }) => note },
  { heading: 'Change of credit (AUD)', of: (movement) => toAud(movement.availableChangeMicroAud) },
  { heading: 'Change of reserved (AUD)', of: (movement) => toAud(movement.heldChangeMicroAud) },
  {
    heading: 'Credit after it (AUD)',
    of: ({ availableMicroAud }) => (availableMicroAud === null ? null : toAud(availableMicroAud)),
  },
];

/** The billing pages of whoever has signed in. */
export async function addBillingRoutes(routes: Routes, parts: BillingRouteParts): Promise<void> {
  const { credits, payments, statements, lowBalance } = parts;

  routes.get('/billing', { schema: { response: { 200: billingSchema } } }, async (request) => {
    const { accountId } = personOf(request);
    const { available, held } = await credits.balance(accountId);
    return {
      availableMicroAud: available,
      heldMicroAud: held,
      microAudPerMinute: credits.pricing.microAudPerMinute,
      minimumMicroAud: credits.pricing.minimumMicroAud,
      lowBalanceMicroAud: await lowBalance.limitOf(accountId),
      topUp: {
        mode: payments.mode,
        leastMicroAud: payments.leastMicroAud,
        mostMicroAud: payments.mostMicroAud,
      },
      pending: await payments.pending(accountId),
    };
  });

  routes.get(
    '/billing/ledger',
    { schema: { querystring: ledgerQuerySchema, response: { 200: ledgerSchema } } },
    async (request) => await statements.ledger({ accountId: personOf(request).accountId, ...request.query }),
  );

  routes.get('/billing/ledger.csv', async (request, reply) =>
    sendCsv(reply, {
      name: 'icana-ledger',
      columns: LEDGER_COLUMNS,
      rows: statements.everyMovement(personOf(request).accountId),
    }),
  );

  routes.get(
    '/billing/receipts/:id',
    { schema: { params: z.object({ id: z.string() }), response: { 200: receiptSchema } } },
    async (request) =>
      await statements.receipt({ accountId: personOf(request).accountId, id: request.params.id }),
  );

  await addJsonRoutes(routes, (scope) => addChanges(scope, parts));
}

function addChanges(routes: Routes, { payments, lowBalance }: BillingRouteParts): void {
  routes.post(
    '/billing/top-ups',
    { schema: { body: newTopUpSchema, response: { 200: openedTopUpSchema } } },
    async (request) => await payments.topUp(personOf(request), request.body.amountCents),
  );

  routes.put(
    '/billing/low-balance',
    { schema: { body: lowBalanceSchema, response: { 200: lowBalanceSchema } } },
    async (request) => {
      const { lowBalanceMicroAud } = request.body;
      await lowBalance.setLimit({ accountId: personOf(request).accountId, lowBalanceMicroAud });
      return { lowBalanceMicroAud };
    },
  );
}
