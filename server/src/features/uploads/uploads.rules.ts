import { AUDIO_EXTENSIONS, MAX_SPEAKERS } from '@icana/contract';
import type { SpeechModels } from '@icana/engine/models';

import { refusal } from '../../infra/http/api-error.ts';

const MAX_FILENAME_BYTES = 255;
const MAX_PROMPT_WORDS = 200;

/** Control characters say nothing to anybody, and PostgreSQL takes no NUL. */
const CONTROL_CHARACTERS = /\p{Cc}/gu;

/** They turn the text around them, so that `exe.mp3` may read as `3pm.exe`. */
const DIRECTION_MARKS = /[\u202A-\u202E\u2066-\u2069]/gu;

/** Text of a sender's as a sentence quotes it. */
export const excerpt = (text: string): string => text.replace(CONTROL_CHARACTERS, '\uFFFD').slice(0, 40);

/**
 * The name of a recording as it is kept.
 * @throws ApiError 400 when it is missing, too long, or does not end like audio
 */
export function recordingName(filename: string | undefined): string {
  const name = (filename ?? '').replace(CONTROL_CHARACTERS, '').replace(DIRECTION_MARKS, '').trim();
  if (name === '') throw refusal('upload.file_missing');
  if (Buffer.byteLength(name) > MAX_FILENAME_BYTES) {
    throw refusal('upload.field_too_long', { field: 'file name', limit: String(MAX_FILENAME_BYTES) });
  }
  const lower = name.toLowerCase();
  if (!AUDIO_EXTENSIONS.some((extension) => lower.endsWith(extension))) {
    throw refusal('upload.unsupported_type', { allowed: AUDIO_EXTENSIONS.join(', ') });
  }
  return name;
}

/** What the models on this machine can be asked for. */
export type Languages = Pick<SpeechModels, 'languages' | 'modelToInstall'>;

/** @throws ApiError 400 when no model for the language is installed */
export function spokenLanguage(value: string, models: Languages): string {
  const language = value.trim().toLowerCase();
  const installed = models.languages();
  if (installed.includes(language)) return language;
  const model = models.modelToInstall(language);
  throw refusal('upload.language_unavailable', {
    language: excerpt(value),
    installed: installed.join(', '),
    remedy: model ? `get one with: icana models install ${model}` : 'there is none to install either',
  });
}

/** The part of a prompt that counts: its last 200 words. A prompt is never too long; an empty one is none. */
export function promptWords(value: string): string | null {
  const phrases = value
    .split(/[,\p{Cc}]/u)
    .map((phrase) => phrase.trim())
    .filter(Boolean);
  let words = 0;
  const from = phrases.findLastIndex((phrase) => (words += phrase.split(/\s+/).length) > MAX_PROMPT_WORDS);
  const kept = phrases.slice(from + 1);
  return kept.length > 0 ? kept.join(', ') : null;
}

/** @throws ApiError 400 when the value is no whole number from 1 to 32 */
export function speakerNumber(field: string, value: string): number {
  const number = /^\d{1,2}$/.test(value.trim()) ? Number(value) : 0;
  if (number < 1 || number > MAX_SPEAKERS) throw refusal('upload.speakers_invalid', { field });
  return number;
}

/** A size limit as a sentence names it. */
export const megabytes = (bytes: number): string => `${Math.round(bytes / 1024 / 1024)} MB`;

const IDEMPOTENCY_KEY = /^[\x21-\x7e]{1,255}$/;

/** @throws ApiError 400 when the header is there but holds no key */
export function idempotencyKey(header: string | readonly string[] | undefined): string | null {
  if (header === undefined) return null;
  if (typeof header !== 'string' || !IDEMPOTENCY_KEY.test(header)) throw refusal('idempotency.invalid');
  return header;
}
