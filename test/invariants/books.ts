import { expect } from 'vitest';

import { findBookViolations } from '../../server/src/features/audit/audit.service.ts';
import { LEDGER_RULES } from '../../server/src/features/audit/ledger-rules.ts';
import { findViolations } from '../../server/src/features/audit/rules.ts';
import { JOB_TASKS } from '../../server/src/features/jobs/work/job-tasks.ts';
import type { Database } from '../../server/src/infra/database/schema.ts';

/** Checks the ledger against the balances. */
export async function expectLedgerToBalance(db: Database): Promise<void> {
  expect(await findViolations(db, LEDGER_RULES)).toEqual([]);
}

/**
 * Checks ledger, balances, jobs and tasks against each other: what must hold after every test that runs the service.
 * The rules are those of `icana admin ledger verify`.
 */
export async function expectBooksToBalance(db: Database): Promise<void> {
  const snapshot = db.transaction().setIsolationLevel('repeatable read');
  expect(await snapshot.execute(async (trx) => await findBookViolations(trx, JOB_TASKS))).toEqual([]);
}
