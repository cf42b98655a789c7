import type { ApiKeyList } from '@icana/contract/app';
import { queryOptions } from '@tanstack/react-query';

import { ask } from '../../lib/api.ts';

export const keysQuery = queryOptions({
  queryKey: ['keys'],
  queryFn: ({ signal }) => ask<ApiKeyList>('GET', '/app/keys', { signal }),
});
