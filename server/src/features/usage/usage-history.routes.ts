import {
  usageHistorySchema,
  usageQuerySchema,
  usageTableQuerySchema,
  type UsageHistory,
} from '@icana/contract/app';

import { sendCsv, type Column } from '../../infra/http/csv.ts';
import type { Routes } from '../../infra/http/http-server.ts';
import { personOf } from '../../infra/http/request-context.ts';
import { toAud } from '../../lib/money.ts';
import type { UsageHistories } from './usage-history.ts';

const MS_PER_MINUTE = 60_000;

type Sums = UsageHistory['total'];
const SUM_COLUMNS: readonly Column<Sums>[] = [
  { heading: 'Recordings', of: ({ jobs }) => jobs },
  { heading: 'Failed', of: ({ failed }) => failed },
  // To the millisecond, as it is charged.
  { heading: 'Minutes', of: ({ audioMs }) => Number((audioMs / MS_PER_MINUTE).toFixed(5)) },
  { heading: 'Cost (AUD)', of: ({ costMicroAud }) => toAud(costMicroAud) },
];

const DAY_COLUMNS: readonly Column<UsageHistory['daily'][number]>[] = [
  { heading: 'Day', of: ({ date }) => date },
  ...SUM_COLUMNS,
];

const KEY_COLUMNS: readonly Column<UsageHistory['byKey'][number]>[] = [
  { heading: 'Key', of: ({ name }) => name },
  { heading: 'Ends with', of: ({ masked }) => masked },
  ...SUM_COLUMNS,
];

/** The usage page of whoever has signed in. */
export function addUsageHistoryRoutes(
  routes: Routes,
  { usageHistories }: { usageHistories: UsageHistories },
): void {
  routes.get(
    '/usage',
    { schema: { querystring: usageQuerySchema, response: { 200: usageHistorySchema } } },
    async (request) =>
      await usageHistories.of({ accountId: personOf(request).accountId, days: request.query.days }),
  );

  routes.get('/usage.csv', { schema: { querystring: usageTableQuerySchema } }, async (request, reply) => {
    const { days, by } = request.query;
    const { daily, byKey } = await usageHistories.of({ accountId: personOf(request).accountId, days });
    return by === 'day'
      ? sendCsv(reply, { name: `icana-usage-${days}-days`, columns: DAY_COLUMNS, rows: daily })
      : sendCsv(reply, { name: `icana-usage-${days}-days-by-key`, columns: KEY_COLUMNS, rows: byKey });
  });
}
