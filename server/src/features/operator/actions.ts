import { isDeepStrictEqual } from 'node:util';
import type { OperatorAction, OperatorActions as Page, OperatorActionKind } from '@icana/contract/app';

import type { Database } from '../../infra/database/schema.ts';
import { refusal } from '../../infra/http/api-error.ts';
import { wireTime, type Clock } from '../../lib/clock.ts';
import { isUuid } from '../../lib/ids.ts';
import { OperatorError } from '../../lib/operator-error.ts';
import { findActionOfChange, insertAction, listActions, type OperatorActionRow } from './actions.store.ts';

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
  /** The same again when the same is asked for again, which must not be done twice. */
  readonly changeId?: string | undefined;
}

export type OperatorActions = ReturnType<typeof createOperatorActions>;

/** The log of what operators did. The database refuses to change it. */
export function createOperatorActions({ database, clock }: { database: Database; clock: Clock }) {
  return {
    /**
     * Writes down what is done in the same transaction.
     *
     * @returns false when it has been done before, by its `changeId`
     * @throws OperatorError when the `changeId` stands for something else
     */
    async record(db: Database, action: Action): Promise<boolean> {
      const { who, what, about, accountId, details = {}, changeId } = action;
      const row = { who, what, about, account_id: accountId, details: JSON.stringify(details) };
      const isNew = await insertAction(db, {
        ...row,
        at: clock.now(),
        ...(changeId !== undefined && { change_id: changeId }),
      });
      if (isNew || changeId === undefined) return true;
      const done = await findActionOfChange(db, changeId);
      const isTheSame = done?.what === what && done.account_id === accountId;
      if (isTheSame && isDeepStrictEqual(done.details, details)) return false;
      throw new OperatorError(
        'This form was sent before with something else in it: close it and look at what was done.',
      );
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
