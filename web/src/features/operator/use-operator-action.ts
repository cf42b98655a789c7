import { useMutation, useQueryClient } from '@tanstack/react-query';

import { ask } from '../../lib/api.ts';
import { sessionQuery } from '../../session.ts';
import { tell, tellFailure } from '../../ui/notices.ts';
import { OPERATOR_KEY } from './operator-queries.ts';

/** Something that an operator does. */
export interface WantedAction {
  readonly method?: 'POST' | 'PUT' | 'DELETE';
  /** Below `/app/operator/`. */
  readonly path: string;
  readonly body?: object;
  /** What to say when it is done. */
  readonly done: string;
}

/**
 * Does what an operator wants done, says that it is, and asks for everything anew.
 *
 * @param onFailure told what was refused; without it a notice says so
 */
export function useOperatorAction({ onFailure = tellFailure }: { onFailure?: (error: Error) => void } = {}) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ method = 'POST', path, body }: WantedAction) =>
      ask(method, `/app/operator/${path}`, body ? { body } : {}),
    onError: onFailure,
    onSuccess: (_answer, { done }) => tell(done),
    onSettled: async () => {
      await Promise.all([
        queries.invalidateQueries({ queryKey: OPERATOR_KEY }),
        // It may be his own balance.
        queries.invalidateQueries({ queryKey: sessionQuery.queryKey }),
      ]);
    },
  });
}
