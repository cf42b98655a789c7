import type { SpeakerHint, Transcript } from '@icana/engine';

import type { Database } from '../../infra/database/schema.ts';
import { refusal } from '../../infra/http/api-error.ts';
import type { Clock } from '../../lib/clock.ts';
import { jointly } from '../../lib/jointly.ts';
import type { Recount } from './recounting.ts';
import {
  giveToOthers,
  type RenderedTranscript,
  renderTranscript,
  withSuppressed,
  writeFile,
} from './transcripts.rules.ts';
import {
  deleteTranscript,
  findSpeech,
  findTexts,
  findTranscript,
  findWholeTranscript,
  insertTranscript,
  replaceTranscript,
  type StoredTranscript,
  TRANSCRIPT_LISTS,
} from './transcripts.store.ts';

export type Transcripts = ReturnType<typeof createTranscripts>;

/** The texts of completed jobs. */
export function createTranscripts(parts: { database: Database; clock: Clock; recount: Recount }) {
  const { database, clock, recount } = parts;

  const readTexts = jointly(async (jobIds: readonly string[]) => {
    const texts = await findTexts(database, jobIds);
    return jobIds.map((jobId) => texts.get(jobId));
  });

  return {
    /** Keeps a job's transcript, inside the transaction that completes the job. */
    async keep(db: Database, jobId: string, transcript: Transcript): Promise<void> {
      const { speakerEvidence } = transcript;
      const row = {
        jobId,
        createdAt: clock.now(),
        transcript: renderTranscript(transcript),
        speakerEvidence,
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

    /** Makes what `recount` answered with the job's transcript. */
    replace: async (db: Database, jobId: string, transcript: RenderedTranscript): Promise<void> =>
      await replaceTranscript(db, jobId, transcript),

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
  };
}
