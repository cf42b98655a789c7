/** What must be true of a deployment once everything has ended. Each check answers with what is wrong. */
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';

import { createDatabase } from '../../server/src/infra/database/database.ts';
import type { Database, JobRow } from '../../server/src/infra/database/schema.ts';
import { expectBooksToBalance } from '../invariants/books.ts';
import type { Deployment } from './deployment.ts';
import type { Submission } from './journal.ts';

type Problems = Promise<string[]>;
const isEnded = ({ status }: Pick<JobRow, 'status'>) => status === 'completed' || status === 'failed';

/** Every acknowledged submission is one job, every other at most one, and all have ended. */
async function checkJobs(db: Database, submissions: readonly Submission[]): Problems {
  const rows = await db.selectFrom('jobs').selectAll().execute();
  const unended = rows.filter((row) => !isEnded(row)).map(({ id, status }) => `job ${id} is still ${status}`);
  const miscounted = submissions.flatMap(({ filename, outcome, jobId, deleteAsked }) => {
    const taken = rows.filter((row) => row.original_filename === filename && row.held_micro_aud !== null);
    if (deleteAsked) return [];
    if (outcome === 'acknowledged' && taken[0]?.id !== jobId) return [`${filename} was lost`];
    const most = outcome === 'cut' ? 0 : 1;
    return taken.length > most ? [`${filename} became ${taken.length} jobs`] : [];
  });
  return [...unended, ...miscounted];
}

/** Every object is the recording of a job that was submitted, and every completed job's recording is there. */
async function checkObjects(db: Database, objects: string): Problems {
  const rows = await db.selectFrom('jobs').selectAll().execute();
  const entries = await readdir(objects, { recursive: true, withFileTypes: true });
  const keys = entries
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(objects, path.join(entry.parentPath, entry.name)));
  const known = new Set(rows.filter((row) => row.held_micro_aud !== null).map((row) => row.storage_key));
  return keys.filter((key) => !known.has(key)).map((key) => `the object ${key} is nobody's`);
}

async function checkBooks(db: Database): Problems {
  return await expectBooksToBalance(db).then(
    () => [],
    (error: Error) => [`the books do not balance: ${error.message}`],
  );
}

/** What an operator sees. */
export async function checkLedger(deployment: Deployment): Problems {
  return await deployment.admin('ledger', 'verify').then(
    () => [],
    (error: Error & { stdout?: string }) => [`ledger verify: ${error.stdout ?? ''} ${error.message}`],
  );
}

/** Nothing temporary and no process outlives a deployment that was stopped. */
export async function checkRemains({ temporary, folder }: Deployment): Problems {
  const files = (await readdir(temporary)).map((name) => `${name} was left in the temporary folder`);
  const processes = await processesOf(folder);
  return [...files, ...processes.map(({ pid, what }) => `process ${pid} was left: ${what}`)];
}

/** Processes that name the folder in their command line or their environment. */
async function processesOf(folder: string): Promise<{ pid: number; what: string }[]> {
  const found: { pid: number; what: string }[] = [];
  for (const name of await readdir('/proc')) {
    const pid = Number(name);
    if (!(pid > 0) || pid === process.pid) continue;
    const read = (file: string) => readFile(`/proc/${name}/${file}`, 'utf8').catch(() => '');
    const what = await read('cmdline');
    if (what.includes(folder) || (await read('environ')).includes(folder)) {
      found.push({ pid, what: what.replaceAll('\0', ' ') });
    }
  }
  return found;
}

/** Open files of a process. */
export async function countHandles(pid: number): Promise<number> {
  return (await readdir(`/proc/${pid}/fd`)).length;
}

export async function checkDatabase(deployment: Deployment, submissions: readonly Submission[]): Problems {
  return await deployment.withDatabase(async (url) => {
    const database = createDatabase({ url });
    try {
      const { db } = database;
      const found = await Promise.all([
        checkJobs(db, submissions),
        checkObjects(db, deployment.objects),
        checkBooks(db),
      ]);
      return found.flat();
    } finally {
      await database.close();
    }
  });
}
