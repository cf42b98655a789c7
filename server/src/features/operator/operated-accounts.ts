import type { AccountStatus } from '@icana/contract';
import type {
  OperatedAccount,
  OperatedAccountDetail,
  OperatedAccounts as AccountsPage,
} from '@icana/contract/app';

import type { Database } from '../../infra/database/schema.ts';
import { refusal } from '../../infra/http/api-error.ts';
import { wireTime } from '../../lib/clock.ts';
import { isUuid } from '../../lib/ids.ts';
import type { Accounts } from '../accounts/accounts.service.ts';
import type { ApiKey, ApiKeys } from '../api-keys/api-keys.service.ts';
import type { Statements } from '../billing/statements.ts';
import type { OperatorActions } from './actions.ts';
import {
  findOperatedAccount,
  listOperatedAccounts,
  type OperatedAccountRow,
} from './operated-accounts.store.ts';
import type { OperatedJobs } from './operated-jobs.ts';
import { pageOf } from './pages.rules.ts';

/** How much of each list the page of an account begins with. */
const HEAD = 10;

export type OperatedAccounts = ReturnType<typeof createOperatedAccounts>;

/** Accounts as operators see them: whose they are, what they have and do, nothing of what is in their recordings. */
export function createOperatedAccounts(parts: {
  database: Database;
  accounts: Pick<Accounts, 'byId'>;
  apiKeys: Pick<ApiKeys, 'list'>;
  operatedJobs: Pick<OperatedJobs, 'list'>;
  statements: Pick<Statements, 'ledger'>;
  actions: Pick<OperatorActions, 'list'>;
  deploymentLimits: { submit: number; request: number };
}) {
  const { database, accounts, apiKeys, operatedJobs, statements, actions, deploymentLimits } = parts;

  async function requireAccount(id: string): Promise<OperatedAccount> {
    const row = isUuid(id) ? await findOperatedAccount(database, id) : undefined;
    if (!row) throw refusal('accounts.not_found');
    return toOperatedAccount(row);
  }

  return {
    /** @throws ApiError 404 when there is no account of this id */
    require: requireAccount,

    /** @throws ApiError 400 when the cursor is not one that a page gave */
    async list(wanted: {
      limit: number;
      cursor?: string | undefined;
      search?: string | undefined;
      status?: AccountStatus | undefined;
    }): Promise<AccountsPage> {
      const { rows, nextCursor } = await pageOf(wanted, (after, limit) =>
        listOperatedAccounts(database, { ...wanted, after, limit }),
      );
      return { accounts: rows.map(toOperatedAccount), nextCursor };
    },

    /** @throws ApiError 404 when there is no account of this id */
    async get(id: string, { ownId }: { ownId: string }): Promise<OperatedAccountDetail> {
      const account = await requireAccount(id);
      const { settings } = await accounts.byId(account.id);
      const { jobs } = await operatedJobs.list({ account: account.id, order: 'newest', limit: HEAD });
      const { movements } = await statements.ledger({ accountId: account.id, show: 'all', limit: HEAD });
      return {
        account,
        isOwn: account.id === ownId,
        settings,
        deploymentLimits,
        keys: (await apiKeys.list(account.id)).map(toKey),
        jobs,
        movements,
        actions: (await actions.list({ account: account.id, limit: HEAD })).actions,
      };
    },
  };
}

const toOperatedAccount = (row: OperatedAccountRow): OperatedAccount => ({
  id: row.id,
  email: row.email,
  status: row.status,
  isOperator: row.is_operator,
  availableMicroAud: row.available_micro_aud,
  heldMicroAud: row.held_micro_aud,
  jobs: row.jobs,
  createdAt: wireTime(row.created_at),
  lastSeenAt: row.last_seen_at && wireTime(row.last_seen_at),
});

const toKey = (key: ApiKey): OperatedAccountDetail['keys'][number] => ({
  name: key.name,
  masked: key.masked,
  createdAt: wireTime(key.createdAt),
  lastUsedAt: key.lastUsedAt && wireTime(key.lastUsedAt),
  revokedAt: key.revokedAt && wireTime(key.revokedAt),
});
