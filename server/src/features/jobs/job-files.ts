import type { Readable } from 'node:stream';
import { AUDIO_EXTENSIONS, type TranscriptAnswer, type TranscriptFormat } from '@icana/contract';

import type { Database } from '../../infra/database/schema.ts';
import { refusal } from '../../infra/http/api-error.ts';
import { ObjectMissing, type ObjectStorage } from '../../infra/storage/object-storage.ts';
import type { Transcripts } from '../transcripts/transcripts.service.ts';
import { toSummary } from './jobs.rules.ts';
import { requireCompleted, requireOwned, type WantedJob } from './owned-jobs.ts';

/** A transcript to be sent as a file: an object for `json`, text for the other formats. */
export interface TranscriptFile {
  readonly filename: string;
  readonly contentType: string;
  readonly content: TranscriptAnswer | string;
}

/** A recording as it was sent to us. Whoever takes it must read the stream to its end or destroy it. */
export interface RecordingFile {
  readonly filename: string;
  readonly contentType: string;
  readonly sizeBytes: number;
  readonly bytes: Readable;
}

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

  return {
    /** @throws ApiError 404 when there is no such job of this account, 400 when it is not completed */
    async transcript(
      wanted: WantedJob & { format: TranscriptFormat; suppressed: 'apart' | 'included' },
    ): Promise<TranscriptFile> {
      const job = await requireCompleted(database, wanted);
      const { format } = wanted;
      const kept = await transcripts.findWhole(job.id);
      // Deleted since we looked.
      if (!kept) throw refusal('jobs.not_found');
      const transcript = wanted.suppressed === 'included' ? transcripts.restore(kept) : kept;
      const { id, language, audio_duration_seconds } = toSummary(job);
      return {
        filename: safeName(job.original_filename, `.${format}`),
        contentType: TRANSCRIPT_TYPES[format],
        content:
          format === 'json'
            ? { job_id: id, language, audio_duration_seconds, ...transcript }
            : transcripts.write(transcript, format),
      };
    },

    /** @throws ApiError 404 when there is no such job of this account, or its recording is not stored */
    async recording(wanted: WantedJob): Promise<RecordingFile> {
      const job = await requireOwned(database, wanted);
      if (job.size_bytes === null) throw refusal('jobs.recording_missing');
      const bytes = await storage.openRead(job.storage_key).catch((error: unknown) => {
        throw error instanceof ObjectMissing ? refusal('jobs.recording_missing') : error;
      });
      const extension = AUDIO_EXTENSIONS.find((each) => job.original_filename.toLowerCase().endsWith(each));
      return {
        filename: safeName(job.original_filename),
        contentType: extension ? RECORDING_TYPES[extension] : 'application/octet-stream',
        sizeBytes: job.size_bytes,
        bytes,
      };
    },
  };
}

/** The name of a file to be saved, which can name no other place; with another extension, where one is given. */
function safeName(original: string, extension?: string): string {
  const name = original.replace(/[/\\:]/g, '_').replace(/^\.+/, '');
  if (extension === undefined) return name;
  return `${name.replace(/\.[^.]*$/, '')}${extension}`;
}
