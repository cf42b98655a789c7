import type { Session } from '@icana/contract/app';
import { queryOptions, useSuspenseQuery } from '@tanstack/react-query';

import { ask } from './lib/api.ts';

/** Who has signed in, with the balance that every page shows. */
export const sessionQuery = queryOptions({
  queryKey: ['session'],
  queryFn: ({ signal }) => ask<Session>('GET', '/app/session', { signal }),
  staleTime: 30_000,
});

/** On pages behind the session, where it is known before they show. */
export const useSession = (): Session => useSuspenseQuery(sessionQuery).data;
