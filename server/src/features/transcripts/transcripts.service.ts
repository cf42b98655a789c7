import type { TranscriptFormat } from '@icana/contract';
import type { EditableTranscript } from '@icana/contract/app';
import { toColumns } from '@icana/contract/edits';
import type { SpeakerHint, Transcript } from '@icana/engine';

import type { Database } from '../../infra/database/schema.ts';
import { refusal } from '../../infra/http/api-error.ts';
import type { Clock } from '../../lib/clock.ts';
import { jointly } from '../../lib/jointly.ts';
import { documentText } from './document-text.ts';
import type { WriteDocument } from './documents.ts';
import { editTranscript, originalOf, renderEdited, type EditedTranscript } from './edited.rules.ts';
import { findEditable, findRevision, forgetSpeakers, replaceEdits, type NewEdits } from './edits.store.ts';
import type { Recount } from './recounting.ts';
import {
  giveToOthers,
  type RenderedTranscript,
  renderTranscript,
  withSuppressed,
  writeFile,
  writeSegments,
} from './transcripts.rules.ts';
import {
  deleteTranscript,
  findLevels,
  findSpeech,
  findTexts,
  findTranscript,
  findWholeTranscript,
  insertTranscript,
  replaceTranscript,
  type StoredTranscript,
  TRANSCRIPT_LISTS,
} from './transcripts.store.ts';

/** What can be made of a transcript: the shapes that clients read, the text of a file, a Word document. */
export interface EditedForms {
  readonly whole: () => RenderedTranscript;
  readonly text: (format: Exclude<TranscriptFormat, 'json'>) => string;
  readonly document: (title: string) => Promise<Buffer>;
}

const formsOf = (edited: EditedTranscript, writeDocument: WriteDocument): EditedForms => ({
  whole: () => renderEdited(edited),
  text: (format) => writeSegments({ segments: edited.segments, names: edited.overlay.names }, format),
  document: async (title) => Buffer.from(await writeDocument(documentText(edited, title))),
});

export type Transcripts = ReturnType<typeof createTranscripts>;

/** The texts of completed jobs. */
export function createTranscripts(parts: {
  database: Database;
  clock: Clock;
  recount: Recount;
  writeDocument: WriteDocument;
}) {
  const { database, clock, recount, writeDocument } = parts;

  const readTexts = jointly(async (jobIds: readonly string[]) => {
    const texts = await findTexts(database, jobIds);
    return jobIds.map((jobId) => texts.get(jobId));
  });

  return {
    /** Keeps a job's transcript, inside the transaction that completes the job. */
    async keep(db: Database, jobId: string, transcript: Transcript): Promise<void> {
      const { speakerEvidence, levels } = transcript;
      const row = {
        jobId,
        createdAt: clock.now(),
        transcript: renderTranscript(transcript),
        speakerEvidence,
        levels,
      };
      await insertTranscript(db, row);
    },

    /**
     * What a job's transcript would be with other speakers: the same words, given to voices that are told apart anew.
     * @returns undefined when the job has no transcript
     * @throws ApiError 400 when nothing was kept to tell its voices apart by
     */
    async recount(jobId: string, hint: SpeakerHint): Promise<RenderedTranscript | undefined> {
      const kept = await findSpeech(database, jobId);
      if (kept?.evidence === null) throw refusal('jobs.voices_not_kept');
      return kept && giveToOthers(kept, await recount(kept.evidence, hint));
    },

    /** Makes what `recount` answered with the job's transcript. Edits that count on its speakers are gone with them. */
    async replace(db: Database, jobId: string, transcript: RenderedTranscript): Promise<void> {
      await replaceTranscript(db, jobId, transcript);
      await forgetSpeakers(db, { jobId, at: clock.now() });
    },

    /** Removes a job's transcript, if it has one, inside the transaction that erases the job. */
    erase: async (db: Database, jobId: string): Promise<void> => await deleteTranscript(db, jobId),

    /** The two texts of a job, and those of its lists that are among what is asked for. */
    async find(jobId: string, asked: readonly string[]): Promise<StoredTranscript | undefined> {
      const lists = TRANSCRIPT_LISTS.filter((list) => asked.includes(list));
      return lists.length === 0 ? await readTexts(jobId) : await findTranscript(database, jobId, lists);
    },

    /** A job's transcript with everything that was kept of it. */
    findWhole: async (jobId: string) => await findWholeTranscript(database, jobId),

    /** A transcript with what was suppressed put back. */
    restore: withSuppressed,

    /** A transcript as the text of a file. */
    write: writeFile,

    /** What was recognised, and what people changed of it. Undefined when there is no transcript. */
    async findEditable(jobId: string): Promise<EditableTranscript | undefined> {
      const found = await findEditable(database, jobId);
      if (!found) return undefined;
      const { kept, ...edits } = found;
      return { original: toColumns(originalOf(kept)), ...edits };
    },

    /** The number of the edits of a transcript as they are now. */
    latestRevision: async (jobId: string): Promise<number> => await findRevision(database, jobId),

    /**
     * Keeps what a person changed of a transcript.
     * @returns the revision that this makes
     * @throws ApiError 400 when there are edits that this was not made from
     */
    async edit(edits: NewEdits): Promise<number> {
      const revision = await replaceEdits(database, { ...edits, at: clock.now() });
      if (revision === undefined) throw refusal('edits.conflict');
      return revision;
    },

    /** A transcript as people have edited it, in each of its forms. Undefined when there is none. */
    async findEdited(jobId: string, options?: { withSuppressed: boolean }): Promise<EditedForms | undefined> {
      const found = await findEditable(database, jobId);
      return found && formsOf(editTranscript(found.kept, found.overlay, options), writeDocument);
    },

    /** How loud a recording is, to be drawn; null where that was not kept, undefined when there is no transcript. */
    levels: async (jobId: string) => await findLevels(database, jobId),
  };
}
