import { DEFAULT_LANGUAGE } from '@icana/contract';

import { refusal } from '../../infra/http/api-error.ts';
import type { TranscriptionOptions } from '../jobs/job-submissions.ts';
import { excerpt, promptWords, speakerNumber, spokenLanguage, type Languages } from './uploads.rules.ts';

/** Enough for any prompt; what is longer is a mistake. */
export const MAX_FIELD_BYTES = 1024 * 1024;

export interface Field {
  readonly name: string;
  readonly value: string;
  readonly truncated: boolean;
}

export type FormFields = ReturnType<typeof createFormFields>;

/**
 * The fields of a submission, each checked as it arrives. Fields that are not ours are ignored, and so are blank ones:
 * a browser's form sends every field.
 */
export function createFormFields(models: Languages) {
  const seen = new Set<string>();
  const speakers: { [name in `${'num' | 'min' | 'max'}_speakers`]?: number } = {};
  let language: string | null = null;
  let prompt: string | null = null;

  function read(name: string, value: string): void {
    if (name === 'language') language = spokenLanguage(value, models);
    if (name === 'prompt') prompt = promptWords(value);
    if (name === 'num_speakers' || name === 'min_speakers' || name === 'max_speakers') {
      speakers[name] = speakerNumber(name, value);
    }
  }

  return {
    /** @throws ApiError 400 when the field is wrong, too long, or there for the second time */
    add({ name, value, truncated }: Field): void {
      // What a sender means as the recording is not told that its text is too long.
      if (name === 'file') throw refusal('upload.file_missing');
      if (seen.has(name)) throw refusal('upload.field_repeated', { field: excerpt(name) });
      if (truncated) {
        throw refusal('upload.field_too_long', { field: excerpt(name), limit: String(MAX_FIELD_BYTES) });
      }
      seen.add(name);
      if (value.trim() !== '') read(name, value);
    },

    /** The language as far as it is known: a field after the file can still change it. */
    language: (): string => language ?? DEFAULT_LANGUAGE,

    /**
     * What the form asks for, once all of it has arrived.
     * @throws ApiError 400 when the fields contradict each other, or no model is installed for the default language
     */
    options(): TranscriptionOptions {
      const { num_speakers: exact, min_speakers: least, max_speakers: most } = speakers;
      const [low, high] = [least ?? 1, most ?? Infinity];
      if (low > high || (exact !== undefined && (exact < low || exact > high))) {
        throw refusal('upload.speakers_contradict');
      }
      return {
        language: language ?? spokenLanguage(DEFAULT_LANGUAGE, models),
        prompt,
        numSpeakers: exact ?? null,
        minSpeakers: least ?? null,
        maxSpeakers: most ?? null,
      };
    },
  };
}
