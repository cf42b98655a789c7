import { NO_EDITS, type Overlay } from '@icana/contract/edits';
import { sql } from 'kysely';

import type { Database } from '../../infra/database/schema.ts';
import type { RenderedTranscript } from './transcripts.rules.ts';

/** What people have changed of a transcript, and the number of that state: 0 where nobody has. */
export interface StoredEdits {
  readonly revision: number;
  readonly overlay: Overlay;
}

/** What edits are laid over. */
export type KeptTranscript = Pick<RenderedTranscript, 'segments' | 'words' | 'suppressed'>;

/** A transcript with its edits as they were at one moment, and whether its speakers can be counted anew. */
export async function findEditable(
  db: Database,
  jobId: string,
): Promise<(StoredEdits & { kept: KeptTranscript; canRecount: boolean }) | undefined> {
  const found = await db
    .selectFrom('transcripts')
    .leftJoin('transcript_edits', 'transcript_edits.job_id', 'transcripts.job_id')
    .select(['segments', 'words', 'suppressed', 'revision', 'overlay'])
    .select((row) => row('speaker_evidence', 'is not', null).$castTo<boolean>().as('canRecount'))
    .where('transcripts.job_id', '=', jobId)
    .executeTakeFirst();
  if (!found) return undefined;
  const { revision, overlay, canRecount, ...kept } = found;
  return { kept, canRecount, revision: revision ?? 0, overlay: overlay ?? NO_EDITS };
}

/** The number of a transcript's edits alone, which is asked for far more often than they change. */
export async function findRevision(db: Database, jobId: string): Promise<number> {
  const found = await db
    .selectFrom('transcript_edits')
    .select('revision')
    .where('job_id', '=', jobId)
    .executeTakeFirst();
  return found?.revision ?? 0;
}

/** Edits that a person makes, of the state of this revision. */
export interface NewEdits extends StoredEdits {
  readonly jobId: string;
  readonly personId: string;
}

/**
 * Keeps an overlay instead of the one of the revision that it was made from. Of two at once, one statement decides.
 * Who sends the same again, because no answer has come, is answered as the first time.
 * @returns the new revision; undefined when that revision is not the latest, or the transcript is gone
 */
export async function replaceEdits(
  db: Database,
  edits: NewEdits & { at: Date },
): Promise<number | undefined> {
  const replaced = edits.revision === 0 ? insertFirst(db, edits) : updateLatest(db, edits);
  const kept = (await replaced.executeTakeFirst()) ?? (await findRepeated(db, edits));
  return kept?.revision;
}

function insertFirst(db: Database, { jobId, overlay, personId, at }: NewEdits & { at: Date }) {
  return db
    .insertInto('transcript_edits')
    .columns(['job_id', 'revision', 'overlay', 'edited_by', 'updated_at'])
    .expression(
      db
        .selectFrom('transcripts')
        .select([
          'job_id',
          sql<number>`1`.as('revision'),
          sql<string>`${JSON.stringify(overlay)}::jsonb`.as('overlay'),
          sql<string>`${personId}::uuid`.as('edited_by'),
          sql<Date>`${at}::timestamptz`.as('updated_at'),
        ])
        .where('job_id', '=', jobId)
        // One that is just being erased is waited for, and found gone.
        .forKeyShare(),
    )
    .onConflict((conflict) => conflict.column('job_id').doNothing())
    .returning('revision');
}

function updateLatest(db: Database, { jobId, revision, overlay, personId, at }: NewEdits & { at: Date }) {
  return db
    .updateTable('transcript_edits')
    .set({ revision: revision + 1, overlay: JSON.stringify(overlay), edited_by: personId, updated_at: at })
    .where('job_id', '=', jobId)
    .where('revision', '=', revision)
    .returning('revision');
}

/** The state that the very same edits of the same person have made already, while it is the latest. */
async function findRepeated(db: Database, { jobId, revision, overlay, personId }: NewEdits) {
  return await db
    .selectFrom('transcript_edits')
    .select('revision')
    .where('job_id', '=', jobId)
    .where('revision', '=', revision + 1)
    .where('edited_by', '=', personId)
    .where(sql<boolean>`overlay = ${JSON.stringify(overlay)}::jsonb`)
    .executeTakeFirst();
}

/**
 * Removes from a transcript's edits what depends on its speakers as they were: names, and words given to others. It is a
 * new revision even where nothing was removed, so that a page that shows the old speakers cannot save any more.
 */
export async function forgetSpeakers(
  db: Database,
  { jobId, at }: { jobId: string; at: Date },
): Promise<void> {
  await db
    .insertInto('transcript_edits')
    .values({
      job_id: jobId,
      revision: 1,
      overlay: JSON.stringify(NO_EDITS),
      edited_by: null,
      updated_at: at,
    })
    .onConflict((conflict) =>
      conflict.column('job_id').doUpdateSet({
        revision: sql`transcript_edits.revision + 1`,
        overlay: sql`transcript_edits.overlay || '{"names": {}, "voices": []}'`,
        edited_by: null,
        updated_at: at,
      }),
    )
    .execute();
}
