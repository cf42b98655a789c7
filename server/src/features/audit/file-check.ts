import { setTimeout as delay } from 'node:timers/promises';
import { sql, type RawBuilder } from 'kysely';

import type { Database } from '../../infra/database/schema.ts';
import type { ObjectStorage } from '../../infra/storage/object-storage.ts';
import { MOST_EXAMPLES, type Finding } from './rules.ts';

const BATCH = 1000;

type Storage = Pick<ObjectStorage, 'list' | 'exists'>;

/** As `jobs/work/job-chunks.ts` makes it. */
const CHUNK_KEY = sql`format('chunks/%s-%s', job_id, number)`;

/** In SQL, the keys of what has to be in storage: recordings, and chunks of them that are to be recognised. */
const MUST_BE_STORED = sql`(
  select storage_key as key from jobs where held_micro_aud is not null and erased_at is null
  union all
  select ${CHUNK_KEY} from job_chunks join jobs on id = job_id
    where status = 'processing' and queued_at is not null and result is null)`;

/** The same of what is in storage, or may be on its way in or out. */
const MAY_BE_STORED = sql`(
  select storage_key as key from jobs
    where status = 'uploading' or (held_micro_aud is not null and erased_at is null)
      or recording_removal_due_at is not null
  union all
  select ${CHUNK_KEY} from job_chunks)`;

/**
 * Writes down what was stored before `before`, in a table that is gone at the end of the transaction. Storage may hold
 * more than memory does.
 * @returns how many objects that were
 */
export async function noteStoredFiles(snapshot: Database, storage: Storage, before: Date): Promise<number> {
  await sql`create temporary table stored_files (key text primary key) on commit drop`.execute(snapshot);
  let count = 0;
  let batch: string[] = [];
  const flush = async () => {
    await sql`insert into stored_files select unnest(${batch}::text[]) on conflict do nothing`.execute(
      snapshot,
    );
    count += batch.length;
    batch = [];
  };
  for await (const { key, storedAt } of storage.list()) {
    if (storedAt < before) batch.push(key);
    if (batch.length === BATCH) await flush();
  }
  await flush();
  await sql`analyze stored_files`.execute(snapshot);
  return count;
}

/** Storage cannot be asked for a moment in the past, so each suspect is looked at again, as things are now. */
interface FileRule {
  readonly rule: string;
  readonly problem: string;
  /** The keys of suspects, by the snapshot of the database and the list of files that was made after it. */
  readonly suspects: RawBuilder<{ key: string }>;
  /** Of these keys those that are as they should be. */
  readonly cleared: (keys: readonly string[]) => RawBuilder<{ key: string }>;
  readonly guiltyWhenStored: boolean;
}

const FILE_RULES: readonly FileRule[] = [
  {
    rule: 'every file is the recording of a job, or a chunk of one',
    problem: 'no job has this file',
    suspects: sql`
      select key from stored_files
      where not exists (select from ${MAY_BE_STORED} as allowed where allowed.key = stored_files.key)`,
    cleared: (keys) => sql`
      select key from ${MAY_BE_STORED} as allowed where key = any(${keys}::text[])`,
    guiltyWhenStored: true,
  },
  {
    rule: 'the recording of every job is stored, and what is to be recognised of it',
    problem: 'its job has lost this file',
    suspects: sql`
      select key from ${MUST_BE_STORED} as wanted
      where not exists (select from stored_files where stored_files.key = wanted.key)`,
    cleared: (keys) => sql`
      select key from unnest(${keys}::text[]) as asked (key)
      where not exists (select from ${MUST_BE_STORED} as wanted where wanted.key = asked.key)`,
    guiltyWhenStored: false,
  },
];

interface Look {
  /** Where {@link noteStoredFiles} has left its list. */
  readonly snapshot: Database;
  /** Everything as it is now. */
  readonly database: Database;
  readonly storage: Storage;
  /** A file goes a moment after the row that names it, or comes a moment after it. */
  readonly secondLookAfterMs: number;
}

/** Compares the jobs with the list of files. */
export async function findFileViolations(look: Look): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const rule of FILE_RULES) {
    const guilty: string[] = [];
    let count = 0;
    for await (const keys of suspectsOf(look.snapshot, rule)) {
      if (count === 0) await delay(look.secondLookAfterMs);
      const found = await lookAgain(look, rule, keys);
      count += found.length;
      guilty.push(...found.slice(0, MOST_EXAMPLES - guilty.length));
    }
    if (count === 0) continue;
    const examples = guilty.map((subject) => ({ subject, problem: rule.problem }));
    findings.push({ rule: rule.rule, count, examples });
  }
  return findings;
}

/** The suspects in order, as many at a time as fit into memory. */
async function* suspectsOf(snapshot: Database, { suspects }: FileRule): AsyncIterable<string[]> {
  let last = '';
  for (;;) {
    const { rows } = await sql<{ key: string }>`
      select key from (${suspects}) as suspects where key > ${last} order by key limit ${BATCH}
    `.execute(snapshot);
    const end = rows.at(-1);
    if (!end) return;
    yield rows.map(({ key }) => key);
    last = end.key;
  }
}

async function lookAgain(look: Look, rule: FileRule, keys: readonly string[]): Promise<string[]> {
  const { rows } = await rule.cleared(keys).execute(look.database);
  const cleared = new Set(rows.map(({ key }) => key));
  const guilty: string[] = [];
  for (const key of keys) {
    if (!cleared.has(key) && (await look.storage.exists(key)) === rule.guiltyWhenStored) guilty.push(key);
  }
  return guilty;
}
