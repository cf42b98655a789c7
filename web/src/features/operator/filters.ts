/*
 * By what the lists are narrowed down, as their addresses have it: so that the way back leads to the same list. What is not
 * there is said to be so, or what the address has would stand.
 */
export const ACCOUNT_STATUSES = ['active', 'unverified', 'suspended', 'closed'] as const;

export interface AccountFilter {
  readonly search?: string | undefined;
  readonly status?: (typeof ACCOUNT_STATUSES)[number] | undefined;
}

/** A search as long as the service takes it. */
export const MOST_SEARCHED = 100;

export const accountFilterIn = ({ search, status }: Record<string, unknown>): AccountFilter => ({
  search: typeof search === 'string' && search !== '' ? search.slice(0, MOST_SEARCHED) : undefined,
  status: ACCOUNT_STATUSES.find((each) => each === status),
});

const JOB_STATES = ['open', 'failed', 'completed'] as const;

export interface JobFilter {
  /** All of them where nothing is said. */
  readonly state?: (typeof JOB_STATES)[number] | undefined;
  /** Only those of the account with this id. */
  readonly account?: string | undefined;
}

export const jobFilterIn = ({ state, account }: Record<string, unknown>): JobFilter => ({
  state: JOB_STATES.find((each) => each === state),
  account: typeof account === 'string' ? account : undefined,
});
