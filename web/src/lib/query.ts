import { MutationCache, QueryCache, QueryClient } from '@tanstack/react-query';

import { ApiError, isSessionMissing } from './api.ts';

/** A refusal stays one however often it is asked again; a service that was not there may be back. */
const MOST_TRIES = 3;
const worthAnotherTry = (tries: number, error: Error): boolean =>
  tries < MOST_TRIES && error instanceof ApiError && (error.status === 0 || error.status >= 500);

/** Forgets who was here: whoever comes next before this screen sees nothing of it. */
export function forgetPerson(queries: QueryClient): void {
  queries.clear();
  window.sessionStorage.clear();
}

/**
 * What pages know of the service.
 *
 * @param onSessionLost is told when the service no longer knows who asks
 */
export function createQueries({ onSessionLost }: { onSessionLost: () => void }): QueryClient {
  const notice = (error: Error) => {
    if (isSessionMissing(error)) onSessionLost();
  };
  return new QueryClient({
    queryCache: new QueryCache({ onError: notice }),
    mutationCache: new MutationCache({ onError: notice }),
    defaultOptions: {
      // Without a line they fail and say so: a spinner would tell nobody, and what somebody pressed would happen later.
      mutations: { networkMode: 'always' },
      queries: {
        networkMode: 'always',
        refetchOnReconnect: true,
        retry: worthAnotherTry,
        staleTime: 5000,
      },
    },
  });
}
