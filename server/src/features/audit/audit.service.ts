import { sql } from 'kysely';

import type { Database } from '../../infra/database/schema.ts';
import type { TaskKind } from '../../infra/queue/task.ts';
import type { ObjectStorage } from '../../infra/storage/object-storage.ts';
import { findFileViolations, noteStoredFiles } from './file-check.ts';
import { addUpJobs, jobRules } from './job-rules.ts';
import { LEDGER_RULES } from './ledger-rules.ts';
import { findViolations, type Finding } from './rules.ts';

/** What was looked at. */
export interface Counts {
  readonly accounts: number;
  readonly transactions: number;
  readonly entries: number;
  readonly jobs: number;
  readonly files: number;
}

export interface AuditReport {
  readonly checked: Counts;
  /** Nothing when everything is as it should be. */
  readonly findings: readonly Finding[];
}

export type Audit = ReturnType<typeof createAudit>;

/**
 * Proves the books: the ledger against itself and the balances, the jobs against the ledger and the queue, the files
 * against the jobs. It reads one snapshot of the database, so that it can run beside the service, and memory stays flat
 * however many jobs there are.
 */
export function createAudit(parts: {
  database: Database;
  storage: Pick<ObjectStorage, 'list' | 'exists'>;
  /** The kinds of tasks that bring a job to its end. */
  tasks: readonly TaskKind[];
  /** How long what storage has is given to follow what the database says. */
  secondLookAfterMs: number;
}) {
  const { database, storage, tasks, secondLookAfterMs } = parts;
  const inSnapshot = database.transaction().setIsolationLevel('repeatable read');
  return {
    verify: async (): Promise<AuditReport> => {
      // A job is in the database before its file is in storage: of the files of now the snapshot has every job.
      const before = new Date();
      return await inSnapshot.execute(async (snapshot) => {
        const findings = await findBookViolations(snapshot, tasks);
        const counts = await countRows(snapshot);
        const files = await noteStoredFiles(snapshot, storage, before);
        const look = { snapshot, database, storage, secondLookAfterMs };
        findings.push(...(await findFileViolations(look)));
        return { checked: { ...counts, files }, findings };
      });
    },
  };
}

/** Everything that the database can tell by itself. To be asked in a transaction that sees one snapshot. */
export async function findBookViolations(snapshot: Database, tasks: readonly TaskKind[]): Promise<Finding[]> {
  await addUpJobs(snapshot);
  return await findViolations(snapshot, [...LEDGER_RULES, ...jobRules(tasks)]);
}

async function countRows(snapshot: Database): Promise<Omit<Counts, 'files'>> {
  const { rows } = await sql<Omit<Counts, 'files'>>`
    select (select count(*) from accounts) as accounts,
           (select count(*) from ledger_transactions) as transactions,
           (select count(*) from ledger_entries) as entries,
           (select count(*) from jobs) as jobs
  `.execute(snapshot);
  const [counts] = rows;
  if (!counts) throw new Error('Counts without a row.');
  return counts;
}
