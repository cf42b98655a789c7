import type { Database } from '../../infra/database/schema.ts';
import type { RenderedTranscript } from './transcripts.rules.ts';

export async function insertTranscript(
  db: Database,
  row: { jobId: string; createdAt: Date; transcript: RenderedTranscript },
): Promise<void> {
  const { transcription, diarization, segments, words, speakers, suppressed } = row.transcript;
  await db
    .insertInto('transcripts')
    .values({
      job_id: row.jobId,
      transcription,
      diarization,
      segments: JSON.stringify(segments),
      words: JSON.stringify(words),
      speakers: JSON.stringify(speakers),
      suppressed: JSON.stringify(suppressed),
      created_at: row.createdAt,
    })
    .execute();
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

export async function deleteTranscript(db: Database, jobId: string): Promise<void> {
  await db.deleteFrom('transcripts').where('job_id', '=', jobId).execute();
}
