import type { UsageHistory } from '@icana/contract/app';
import { keepPreviousData, queryOptions } from '@tanstack/react-query';

import { ask } from '../../lib/api.ts';
import type { Period } from './periods.ts';

export const usageQuery = (days: Period) =>
  queryOptions({
    queryKey: ['usage', days],
    queryFn: ({ signal }) => ask<UsageHistory>('GET', `/app/usage?days=${days}`, { signal }),
    placeholderData: keepPreviousData,
    refetchInterval: 60_000,
  });

export type Sums = UsageHistory['total'];
export type Day = UsageHistory['daily'][number];
