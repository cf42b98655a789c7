import { isTerminal } from '@icana/contract';
import type { OperatorAction, OperatorActionKind } from '@icana/contract/app';

import type { Also } from '../../infra/database/in-transaction.ts';
import type { Database } from '../../infra/database/schema.ts';
import { refusal } from '../../infra/http/api-error.ts';
import { isUuid } from '../../lib/ids.ts';
import type { Account, Accounts, AccountSettings, AccountStep } from '../accounts/accounts.service.ts';
import type { ApiKey, ApiKeys } from '../api-keys/api-keys.service.ts';
import type { Credits } from '../credits/credits.service.ts';
import type { Deletions } from '../jobs/deletions.ts';
import type { JobLifecycle } from '../jobs/job-lifecycle.ts';
import type { Refunds } from '../jobs/refunds.ts';
import type { Resubmissions } from '../jobs/resubmissions.ts';
import type { OperatorActions } from './actions.ts';
import { findJobOwner, lockStandings } from './operators.store.ts';

/** Who acts. Whoever sits at the command line has no account, and can do what nobody can do from a page. */
export interface Actor {
  readonly who: string;
  readonly accountId: string | null;
}
export const COMMAND_LINE: Actor = { who: 'command line', accountId: null };

const CANCELLED = 'The operator of the service has cancelled this job. Nothing was charged.';

type Details = OperatorAction['details'];

export type Operators = ReturnType<typeof createOperators>;
export type ActingOperator = ReturnType<Operators['as']>;

/**
 * Everything that operators change, from the pages and from the command line. It is done and written down in one
 * transaction: nothing changes that the log does not tell of, and it tells of nothing that did not happen.
 */
export function createOperators(parts: {
  database: Database;
  actions: Pick<OperatorActions, 'record'>;
  accounts: Accounts;
  apiKeys: Pick<ApiKeys, 'create' | 'revoke'>;
  credits: Pick<Credits, 'adjust'>;
  lifecycle: Pick<JobLifecycle, 'fail'>;
  deletions: Pick<Deletions, 'delete'>;
  resubmissions: Pick<Resubmissions, 'retry'>;
  refunds: Pick<Refunds, 'refund'>;
}) {
  const { database, actions, accounts } = parts;

  const inOne = async <Result>(work: (trx: Database) => Promise<Result>): Promise<Result> =>
    await database.transaction().execute(work);

  async function requireJob(id: string, db = database) {
    const job = isUuid(id) ? await findJobOwner(db, id) : undefined;
    if (!job) throw refusal('jobs.not_found');
    return job;
  }

  /** What the operator named does. */
  function as({ who, accountId: ownId }: Actor) {
    /** Writes down what was done about an account, as it is after it. */
    const recordOf = async (db: Database, what: OperatorActionKind, account: Account, details?: Details) =>
      await actions.record(db, {
        who,
        what,
        about: null,
        accountId: account.id,
        ...(details && { details }),
      });

    /** Writes down what is done about a job, by those who do it. */
    const alsoOf =
      (what: OperatorActionKind, job: { id: string; account_id: string }, details: Details = {}): Also =>
      async (db) => {
        await actions.record(db, { who, what, about: job.id, accountId: job.account_id, details });
      };

    /**
     * Whoever is suspended by another at this very moment suspends nobody any more, and nobody his own account: so there
     * is always an operator left.
     */
    async function requireStanding(trx: Database, targetId: string): Promise<void> {
      if (ownId === null) return;
      if (ownId === targetId) throw refusal('operator.own_account');
      const own = (await lockStandings(trx, [ownId, targetId])).find(({ id }) => id === ownId);
      if (own?.status !== 'active' || !own.is_operator) throw refusal('request.unknown_route');
    }

    return {
      createAccount: async (email: string): Promise<Account> =>
        await inOne(async (trx) => {
          const account = await accounts.create(email, trx);
          await recordOf(trx, 'account.create', account);
          return account;
        }),

      stepAccount: async (email: string, step: AccountStep): Promise<Account> =>
        await inOne(async (trx) => {
          const before = await accounts.byEmail(email, trx);
          await requireStanding(trx, before.id);
          const account = await accounts.step(email, step, trx);
          await recordOf(trx, `account.${step}`, account, { from: before.status, to: account.status });
          return account;
        }),

      setAccount: async (email: string, change: Partial<AccountSettings>): Promise<Account> =>
        await inOne(async (trx) => {
          const before = await accounts.byEmail(email, trx);
          const account = await accounts.set(email, change, trx);
          await recordOf(trx, 'account.set', account, changesOf(before.settings, account.settings));
          return account;
        }),

      setOperator: async (email: string, isOperator: boolean): Promise<Account> =>
        await inOne(async (trx) => {
          const account = await accounts.setOperator(email, isOperator, trx);
          await recordOf(trx, 'account.operator', account, { isOperator });
          return account;
        }),

      /** @param change.changeId with the same one again, the change is not made a second time */
      adjustCredit: async (
        email: string,
        change: { amountMicroAud: number; reason: string; changeId?: string },
      ): Promise<Account> =>
        await inOne(async (trx) => {
          const { amountMicroAud, reason, changeId } = change;
          const { id: accountId } = await accounts.byEmail(email, trx);
          const details = { amountMicroAud, reason };
          const action = { who, what: 'credit.adjust', about: null, accountId, details, changeId } as const;
          // Before the money: of two at once, the other waits here for what becomes of the first.
          const isNew = await actions.record(trx, action);
          if (isNew) await parts.credits.adjust({ accountId, amountMicroAud, reason }, trx);
          return await accounts.byEmail(email, trx);
        }),

      createKey: async (email: string, name: string): Promise<{ key: string; apiKey: ApiKey }> =>
        await inOne(async (trx) => {
          const account = await accounts.byEmail(email, trx);
          const made = await parts.apiKeys.create(account.id, name, trx);
          await recordOf(trx, 'key.create', account, keyDetails(made.apiKey));
          return made;
        }),

      /** @param which the key's id, its name or its last four characters */
      revokeKey: async (email: string, which: string): Promise<ApiKey> =>
        await inOne(async (trx) => {
          const account = await accounts.byEmail(email, trx);
          const apiKey = await parts.apiKeys.revoke(account.id, which, trx);
          await recordOf(trx, 'key.revoke', account, keyDetails(apiKey));
          return apiKey;
        }),

      /** @returns what was given back, in micro AUD */
      refund: async (wanted: { id: string; amountMicroAud?: number | undefined; reason: string }) =>
        await inOne(async (trx) => {
          const amountMicroAud = await parts.refunds.refund(wanted, trx);
          const { reason } = wanted;
          const job = await requireJob(wanted.id, trx);
          await alsoOf('job.refund', job, { amountMicroAud, reason })(trx);
          return amountMicroAud;
        }),

      /** @returns the id of the new job */
      async retryJob(id: string, { once = false }: { once?: boolean } = {}): Promise<string> {
        const job = await requireJob(id);
        return await parts.resubmissions.retry(id, {
          once,
          also: async (trx, newJob) => await alsoOf('job.retry', job, { newJob })(trx),
        });
      },

      /** Ends a job that has not ended: it fails, costs nothing, and its owner can try it again. */
      async cancelJob(id: string): Promise<void> {
        const job = await requireJob(id);
        const also = alsoOf('job.cancel', job, { status: job.status });
        if (isTerminal(job.status) || !(await parts.lifecycle.fail(id, CANCELLED, also))) {
          throw refusal('jobs.ended');
        }
      },

      /** Erases a job as its owner would. */
      async deleteJob(id: string): Promise<void> {
        const job = await requireJob(id);
        const also = alsoOf('job.delete', job, { status: job.status });
        await parts.deletions.delete({ accountId: job.account_id, id }, also);
      },
    };
  }

  return { as };
}

/** Not its name, which is its owner's word. */
const keyDetails = ({ masked }: ApiKey): Details => ({ masked });

/** What differs, with what it was before. */
function changesOf(before: AccountSettings, after: AccountSettings): Details {
  const names = ['submitLimit', 'requestLimit', 'timeZone'] as const;
  const changed = names.filter((name) => before[name] !== after[name]);
  return Object.fromEntries(
    changed.flatMap((name) => [
      [name, after[name]],
      [`${name}Before`, before[name]],
    ]),
  );
}
