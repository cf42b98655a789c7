import type { Readable } from 'node:stream';
import { AUDIO_EXTENSIONS, type TranscriptAnswer, type TranscriptFormat } from '@icana/contract';
import type { ExportFormat } from '@icana/contract/app';

import type { Database, JobRow } from '../../../infra/database/schema.ts';
import { refusal } from '../../../infra/http/api-error.ts';
import { ObjectMissing, type ObjectStorage } from '../../../infra/storage/object-storage.ts';
import type { EditedForms, Transcripts } from '../../transcripts/transcripts.service.ts';
import { toSummary } from '../jobs.rules.ts';
import { requireCompleted, requireOwned, type WantedJob } from '../owned-jobs.ts';

/** A transcript to be sent as a file: an object for `json`, bytes for `docx`, text for the other formats. */
export interface TranscriptFile<Content = TranscriptAnswer | string> {
  readonly filename: string;
  readonly contentType: string;
  readonly content: Content;
}

/** A recording as it was sent to us. */
export interface RecordingFile {
  readonly filename: string;
  readonly contentType: string;
  readonly sizeBytes: number;
  /**
   * All of it, or the bytes from `start` to `end`. Whoever takes the stream must read it to its end or destroy it.
   * @throws ApiError 404 when it is not stored any more
   */
  readonly open: (range?: { start: number; end: number }) => Promise<Readable>;
}

const DOCUMENT_TYPE = 'application/vnd.openxmlformats-officedocument.wordprocessingml.document';
const TRANSCRIPT_TYPES: Readonly<Record<TranscriptFormat, string>> = {
  json: 'application/json; charset=utf-8',
  txt: 'text/plain; charset=utf-8',
  srt: 'application/x-subrip; charset=utf-8',
  vtt: 'text/vtt; charset=utf-8',
};

const RECORDING_TYPES: Readonly<Record<(typeof AUDIO_EXTENSIONS)[number], string>> = {
  '.mp3': 'audio/mpeg',
  '.wav': 'audio/wav',
  '.ogg': 'audio/ogg',
  '.flac': 'audio/flac',
  '.m4a': 'audio/mp4',
  '.mp4': 'video/mp4',
  '.webm': 'video/webm',
};

export type JobFiles = ReturnType<typeof createJobFiles>;

/** What an owner can take away from a job: its transcript in several formats, and the recording itself. */
export function createJobFiles(parts: {
  database: Database;
  transcripts: Transcripts;
  storage: Pick<ObjectStorage, 'openRead'>;
}) {
  const { database, transcripts, storage } = parts;

  async function findEdited(jobId: string, options?: { withSuppressed: boolean }): Promise<EditedForms> {
    const edited = await transcripts.findEdited(jobId, options);
    // Deleted since we looked.
    if (!edited) throw refusal('jobs.not_found');
    return edited;
  }

  return {
    /**
     * The transcript as it was recognised, or as people have edited it.
     * @throws ApiError 404 when there is no such job of this account, 400 when it is not completed
     */
    async transcript(
      wanted: WantedJob & { format: TranscriptFormat; suppressed: 'apart' | 'included'; edited?: boolean },
    ): Promise<TranscriptFile> {
      const job = await requireCompleted(database, wanted);
      const withSuppressed = wanted.suppressed === 'included';
      if (wanted.edited) return toFile(job, wanted.format, await findEdited(job.id, { withSuppressed }));
      const kept = await transcripts.findWhole(job.id);
      // Deleted since we looked.
      if (!kept) throw refusal('jobs.not_found');
      const transcript = withSuppressed ? transcripts.restore(kept) : kept;
      return toFile(job, wanted.format, {
        whole: () => transcript,
        text: (format) => transcripts.write(transcript, format),
      });
    },

    /**
     * The transcript as people have edited it, in any format that there is.
     * @throws ApiError 404 when there is no such job of this account, 400 when it is not completed
     */
    async export({
      format,
      ...wanted
    }: WantedJob & { format: ExportFormat }): Promise<TranscriptFile<TranscriptAnswer | string | Buffer>> {
      const job = await requireCompleted(database, wanted);
      const edited = await findEdited(job.id);
      if (format !== 'docx') return toFile(job, format, edited);
      const filename = safeName(job.original_filename, '.docx');
      const content = await edited.document(job.original_filename);
      return { filename, contentType: DOCUMENT_TYPE, content };
    },

    /** @throws ApiError 404 when there is no such job of this account, or its recording never arrived */
    async recording(wanted: WantedJob): Promise<RecordingFile> {
      const job = await requireOwned(database, wanted);
      if (job.size_bytes === null) throw refusal('jobs.recording_missing');
      const extension = AUDIO_EXTENSIONS.find((each) => job.original_filename.toLowerCase().endsWith(each));
      return {
        filename: safeName(job.original_filename),
        contentType: extension ? RECORDING_TYPES[extension] : 'application/octet-stream',
        sizeBytes: job.size_bytes,
        open: async (range) =>
          await storage.openRead(job.storage_key, range).catch((error: unknown) => {
            throw error instanceof ObjectMissing ? refusal('jobs.recording_missing') : error;
          }),
      };
    },
  };
}

function toFile(
  job: JobRow,
  format: TranscriptFormat,
  { whole, text }: Pick<EditedForms, 'whole' | 'text'>,
): TranscriptFile {
  const { id, language, audio_duration_seconds } = toSummary(job);
  return {
    filename: safeName(job.original_filename, `.${format}`),
    contentType: TRANSCRIPT_TYPES[format],
    content: format === 'json' ? { job_id: id, language, audio_duration_seconds, ...whole() } : text(format),
  };
}

/** The name of a file to be saved, which can name no other place; with another extension, where one is given. */
function safeName(original: string, extension?: string): string {
  const name = original.replace(/[/\\:]/g, '_').replace(/^\.+/, '');
  if (extension === undefined) return name;
  return `${name.replace(/\.[^.]*$/, '')}${extension}`;
}
