import type {
  Models,
  OperatedAccountDetail,
  OperatedAccounts,
  OperatedJobs,
  OperatorActions,
  Overview,
  SettingsView,
  Workers,
} from '@icana/contract/app';
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';

import { ask } from '../../lib/api.ts';
import type { AccountFilter, JobFilter } from './filters.ts';

/** What every question of the operator begins with: whatever he does, all of it is asked anew. */
export const OPERATOR_KEY = ['operator'];

const LIVE_MS = 5000;
const DOWNLOAD_MS = 1000;

const at = (path: string): string => `/app/operator/${path}`;

/** The pages of a list, one after the other. */
const paged = <Page extends { nextCursor: string | null }>(path: string, filter: Record<string, string>) =>
  infiniteQueryOptions({
    queryKey: [...OPERATOR_KEY, path, filter],
    queryFn: async ({ pageParam, signal }) => {
      const query = new URLSearchParams({ ...filter, ...(pageParam !== null && { cursor: pageParam }) });
      return await ask<Page>('GET', at(`${path}?${query.toString()}`), { signal });
    },
    initialPageParam: null as string | null,
    getNextPageParam: ({ nextCursor }) => nextCursor,
  });

export const overviewQuery = queryOptions({
  queryKey: [...OPERATOR_KEY, 'overview'],
  queryFn: ({ signal }) => ask<Overview>('GET', at('overview'), { signal }),
  refetchInterval: LIVE_MS,
});

export const accountsQuery = ({ search, status }: AccountFilter) =>
  paged<OperatedAccounts>('accounts', { ...(search && { search }), ...(status && { status }) });

export const accountQuery = (id: string) =>
  queryOptions({
    queryKey: [...OPERATOR_KEY, 'account', id],
    queryFn: ({ signal }) =>
      ask<OperatedAccountDetail>('GET', at(`accounts/${encodeURIComponent(id)}`), { signal }),
  });

/** Of open jobs the one that has been so for longest is first, of others the newest. */
export const jobsQuery = ({ state, account }: JobFilter) => ({
  ...paged<OperatedJobs>('jobs', {
    ...(state && { state }),
    ...(account && { account }),
    order: state === 'open' ? 'oldest' : 'newest',
  }),
  refetchInterval: LIVE_MS,
});

export const actionsQuery = () => paged<OperatorActions>('actions', {});

export const workersQuery = queryOptions({
  queryKey: [...OPERATOR_KEY, 'workers'],
  queryFn: ({ signal }) => ask<Workers>('GET', at('workers'), { signal }),
  refetchInterval: LIVE_MS,
});

export const modelsQuery = queryOptions({
  queryKey: [...OPERATOR_KEY, 'models'],
  queryFn: ({ signal }) => ask<Models>('GET', at('models'), { signal }),
  refetchInterval: ({ state }) => (state.data?.fetches.some(isUnderWay) ? DOWNLOAD_MS : LIVE_MS),
});

export const isUnderWay = ({ state }: Models['fetches'][number]): boolean =>
  state === 'waiting' || state === 'fetching';

export const settingsQuery = queryOptions({
  queryKey: [...OPERATOR_KEY, 'settings'],
  queryFn: ({ signal }) => ask<SettingsView>('GET', at('settings'), { signal }),
  staleTime: Infinity,
});
