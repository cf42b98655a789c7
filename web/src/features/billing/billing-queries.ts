import type { Billing, Ledger, Receipt } from '@icana/contract/app';
import { infiniteQueryOptions, queryOptions, type QueryClient } from '@tanstack/react-query';

import { ask } from '../../lib/api.ts';
import { sessionQuery } from '../../session.ts';

const KEY = ['billing'];

/** @param everyMs ask again so often, while something is expected to change */
export const billingQuery = ({ everyMs }: { everyMs: number | false } = { everyMs: false }) =>
  queryOptions({
    queryKey: [...KEY, 'now'],
    queryFn: ({ signal }) => ask<Billing>('GET', '/app/billing', { signal }),
    refetchInterval: everyMs,
  });

export type MovementFilter = 'all' | 'credit';

export const ledgerQuery = (show: MovementFilter) =>
  infiniteQueryOptions({
    queryKey: [...KEY, 'ledger', show],
    queryFn: ({ signal, pageParam: cursor }) => {
      const query = new URLSearchParams({ show, ...(cursor !== null && { cursor }) });
      return ask<Ledger>('GET', `/app/billing/ledger?${query.toString()}`, { signal });
    },
    initialPageParam: null as string | null,
    getNextPageParam: ({ nextCursor }) => nextCursor,
  });

export const receiptQuery = (id: string) =>
  queryOptions({
    queryKey: [...KEY, 'receipt', id],
    queryFn: ({ signal }) =>
      ask<Receipt>('GET', `/app/billing/receipts/${encodeURIComponent(id)}`, { signal }),
  });

/** After credit has moved: on the billing page, and where every page shows it. */
export async function askForCreditAnew(queries: QueryClient): Promise<void> {
  await Promise.all([
    queries.invalidateQueries({ queryKey: KEY }),
    queries.invalidateQueries({ queryKey: sessionQuery.queryKey }),
  ]);
}
