import type { Levels, SpeakerEvidence } from '@icana/engine';

import type { Database } from '../../infra/database/schema.ts';
import type { KeptWords, RenderedTranscript } from './transcripts.rules.ts';

export async function insertTranscript(
  db: Database,
  row: {
    jobId: string;
    createdAt: Date;
    transcript: RenderedTranscript;
    speakerEvidence: SpeakerEvidence | undefined;
    levels: Levels | undefined;
  },
): Promise<void> {
  const { transcript, speakerEvidence, levels } = row;
  await db
    .insertInto('transcripts')
    .values({
      job_id: row.jobId,
      ...columnsOf(transcript),
      created_at: row.createdAt,
      speaker_evidence: speakerEvidence ? JSON.stringify(speakerEvidence) : null,
      levels: levels === undefined ? null : Buffer.from(levels, 'base64'),
    })
    .execute();
}

/** Writes a transcript anew, and leaves the evidence as it is. */
export async function replaceTranscript(
  db: Database,
  jobId: string,
  transcript: RenderedTranscript,
): Promise<void> {
  await db.updateTable('transcripts').set(columnsOf(transcript)).where('job_id', '=', jobId).execute();
}

const columnsOf = ({ transcription, diarization, ...lists }: RenderedTranscript) => ({
  transcription,
  diarization,
  segments: JSON.stringify(lists.segments),
  words: JSON.stringify(lists.words),
  speakers: JSON.stringify(lists.speakers),
  suppressed: JSON.stringify(lists.suppressed),
});

/** All that it takes to say anew who speaks when; no evidence where none was kept. */
export async function findSpeech(
  db: Database,
  jobId: string,
): Promise<(KeptWords & { evidence: SpeakerEvidence | null }) | undefined> {
  return await db
    .selectFrom('transcripts')
    .select(['words', 'suppressed', 'speaker_evidence as evidence'])
    .where('job_id', '=', jobId)
    .executeTakeFirst();
}

/** The lists a transcript has beside its two texts. They can be large, so only those asked for are read. */
export const TRANSCRIPT_LISTS = ['segments', 'words', 'speakers', 'suppressed'] as const;
type TranscriptList = (typeof TRANSCRIPT_LISTS)[number];

export type StoredTranscript = Pick<RenderedTranscript, 'transcription' | 'diarization'> &
  Partial<RenderedTranscript>;

export async function findTranscript(
  db: Database,
  jobId: string,
  lists: readonly TranscriptList[],
): Promise<StoredTranscript | undefined> {
  return await db
    .selectFrom('transcripts')
    .select(['transcription', 'diarization', ...lists])
    .where('job_id', '=', jobId)
    .executeTakeFirst();
}

/** The texts of those of the jobs that have them, by the job's id. */
export async function findTexts(
  db: Database,
  jobIds: readonly string[],
): Promise<Map<string, Pick<RenderedTranscript, 'transcription' | 'diarization'>>> {
  const rows = await db
    .selectFrom('transcripts')
    .select(['job_id', 'transcription', 'diarization'])
    .where('job_id', 'in', jobIds)
    .execute();
  return new Map(rows.map(({ job_id: jobId, ...texts }) => [jobId, texts]));
}

export async function findWholeTranscript(
  db: Database,
  jobId: string,
): Promise<RenderedTranscript | undefined> {
  return await db
    .selectFrom('transcripts')
    .select(['transcription', 'diarization', ...TRANSCRIPT_LISTS])
    .where('job_id', '=', jobId)
    .executeTakeFirst();
}

/** How loud a recording is, in base64; null where that was not kept. Undefined when there is no transcript. */
export async function findLevels(db: Database, jobId: string): Promise<Levels | null | undefined> {
  const found = await db
    .selectFrom('transcripts')
    .select('levels')
    .where('job_id', '=', jobId)
    .executeTakeFirst();
  return found && (found.levels?.toString('base64') ?? null);
}

export async function deleteTranscript(db: Database, jobId: string): Promise<void> {
  await db.deleteFrom('transcripts').where('job_id', '=', jobId).execute();
}
