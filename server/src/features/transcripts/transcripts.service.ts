import type { Transcript } from '@icana/engine';

import type { Database } from '../../infra/database/schema.ts';
import type { Clock } from '../../lib/clock.ts';
import { renderTranscript } from './transcripts.rules.ts';
import { findTranscript, insertTranscript, TRANSCRIPT_LISTS } from './transcripts.store.ts';

export type Transcripts = ReturnType<typeof createTranscripts>;

/** The texts of completed jobs. */
export function createTranscripts(parts: { database: Database; clock: Clock }) {
  const { database, clock } = parts;
  return {
    /** Keeps a job's transcript, inside the transaction that completes the job. */
    async keep(db: Database, jobId: string, transcript: Transcript): Promise<void> {
      await insertTranscript(db, { jobId, createdAt: clock.now(), transcript: renderTranscript(transcript) });
    },

    /** The two texts of a job, and those of its lists that are among what is asked for. */
    async find(jobId: string, asked: readonly string[]) {
      const lists = TRANSCRIPT_LISTS.filter((list) => asked.includes(list));
      return await findTranscript(database, jobId, lists);
    },
  };
}
