import type { Database } from './schema.ts';

/** Does the work in the transaction that is given, or, where that is the database itself, in one of its own. */
export async function inTransaction<Result>(
  db: Database,
  work: (trx: Database) => Promise<Result>,
): Promise<Result> {
  return db.isTransaction ? await work(db) : await db.transaction().execute(work);
}

/** What else is written where something is: in the same transaction, so that there is both or neither. */
export type Also = (trx: Database) => Promise<void>;

export const nothingElse: Also = async () => undefined;
