import type { OperatorAction, OperatorActions as Page, OperatorActionKind } from '@icana/contract/app';

import type { Database } from '../../infra/database/schema.ts';
import { refusal } from '../../infra/http/api-error.ts';
import { wireTime, type Clock } from '../../lib/clock.ts';
import { isUuid } from '../../lib/ids.ts';
import { insertAction, listActions, type OperatorActionRow } from './actions.store.ts';

/** What was done, and about what. */
export interface Action {
  /** An operator's address, or `command line`. */
  readonly who: string;
  readonly what: OperatorActionKind;
  /** The id of a job or of a model; null where it is about the account itself. */
  readonly about: string | null;
  readonly accountId: string | null;
  /** Nothing secret, and nothing that an owner can erase: the log keeps it for ever. */
  readonly details?: OperatorAction['details'];
}

export type OperatorActions = ReturnType<typeof createOperatorActions>;

/** The log of what operators did. The database refuses to change it. */
export function createOperatorActions({ database, clock }: { database: Database; clock: Clock }) {
  return {
    /** Writes down what is done in the same transaction. */
    async record(db: Database, { who, what, about, accountId, details = {} }: Action): Promise<void> {
      const row = { who, what, about, account_id: accountId, details: JSON.stringify(details) };
      await insertAction(db, { ...row, at: clock.now() });
    },

    /** @throws ApiError 400 when the cursor is not one that a page gave */
    async list(wanted: {
      limit: number;
      cursor?: string | undefined;
      account?: string | undefined;
    }): Promise<Page> {
      const { limit, cursor, account } = wanted;
      if (cursor !== undefined && !/^\d{1,15}$/.test(cursor)) {
        throw refusal('request.malformed', { problem: 'cursor must be the nextCursor of another page' });
      }
      if (account !== undefined && !isUuid(account)) return { actions: [], nextCursor: null };
      const before = cursor === undefined ? null : Number(cursor);
      // One more than asked for tells whether there is another page.
      const found = await listActions(database, { accountId: account, before, limit: limit + 1 });
      const actions = found.slice(0, limit).map(toAction);
      const nextCursor = found.length > limit ? String(actions.at(-1)?.id) : null;
      return { actions, nextCursor };
    },
  };
}

const toAction = (row: OperatorActionRow): OperatorAction => ({
  id: row.id,
  at: wireTime(row.at),
  who: row.who,
  // Only what is one of them is written.
  what: row.what as OperatorActionKind,
  about: row.about,
  accountId: row.account_id,
  email: row.email,
  details: row.details,
});
