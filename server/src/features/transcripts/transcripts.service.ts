import type { Transcript } from '@icana/engine';

import type { Database } from '../../infra/database/schema.ts';
import type { Clock } from '../../lib/clock.ts';
import { jointly } from '../../lib/jointly.ts';
import { renderTranscript, writeFile } from './transcripts.rules.ts';
import {
  deleteTranscript,
  findTexts,
  findTranscript,
  findWholeTranscript,
  insertTranscript,
  type StoredTranscript,
  TRANSCRIPT_LISTS,
} from './transcripts.store.ts';

export type Transcripts = ReturnType<typeof createTranscripts>;

/** The texts of completed jobs. */
export function createTranscripts(parts: { database: Database; clock: Clock }) {
  const { database, clock } = parts;

  const readTexts = jointly(async (jobIds: readonly string[]) => {
    const texts = await findTexts(database, jobIds);
    return jobIds.map((jobId) => texts.get(jobId));
  });

  return {
    /** Keeps a job's transcript, inside the transaction that completes the job. */
    async keep(db: Database, jobId: string, transcript: Transcript): Promise<void> {
      await insertTranscript(db, { jobId, createdAt: clock.now(), transcript: renderTranscript(transcript) });
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

    /** A transcript as the text of a file. */
    write: writeFile,
  };
}
