import { deflateSync } from 'node:zlib';
import type { Job, JobExpansion, OpenAiAnswer, OpenAiFormat } from '@icana/contract';

import type { Asked } from './openai-fields.ts';

type JsonFormat = Extract<OpenAiFormat, `${string}json`>;

export const isJson = (format: OpenAiFormat): format is JsonFormat => format.endsWith('json');

const JSON_TYPE = 'application/json; charset=utf-8';

export const CONTENT_TYPES: Readonly<Record<OpenAiFormat, string>> = {
  json: JSON_TYPE,
  verbose_json: JSON_TYPE,
  diarized_json: JSON_TYPE,
  text: 'text/plain; charset=utf-8',
  srt: 'application/x-subrip; charset=utf-8',
  vtt: 'text/vtt; charset=utf-8',
};

/** What an answer in that format is made of, beside the text. */
export function partsNeeded({ format, granularities }: Asked): JobExpansion[] {
  if (format === 'json' || format === 'text') return [];
  if (format === 'diarized_json') return ['segments'];
  return format === 'verbose_json' ? granularities.map((each) => `${each}s` as const) : ['segments', 'words'];
}

/** A completed job with the parts that are needed, in the shape that was asked for. */
export function toJson(job: Job & { transcription: string }, format: JsonFormat): OpenAiAnswer {
  const text = job.transcription;
  const duration = job.audio_duration_seconds ?? 0;
  const usage = { type: 'duration', seconds: duration } as const;
  if (format === 'json') return { text, usage };
  const whole = { task: 'transcribe', duration, text, usage } as const;
  const { segments, words } = job;
  if (format === 'diarized_json') return { ...whole, segments: (segments ?? []).map(diarizedSegment) };
  return {
    ...whole,
    language: englishName(job.language),
    ...(segments && { segments: segments.map(verboseSegment) }),
    ...(words && { words: words.map(({ text: word, start, end }) => ({ word, start, end })) }),
  };
}

type Segment = NonNullable<Job['segments']>[number];

const diarizedSegment = ({ start, end, text, speaker }: Segment, index: number) => ({
  type: 'transcript.text.segment' as const,
  id: `seg_${index}`,
  start,
  end,
  text,
  speaker: letterOf(speaker),
});

/** 1 is A, 26 is Z, 27 is AA. */
function letterOf(speaker: number): string {
  const before = Math.floor((speaker - 1) / 26);
  return (before > 0 ? letterOf(before) : '') + String.fromCharCode(65 + ((speaker - 1) % 26));
}

/** Where a confidence of 0 has no logarithm. */
const LEAST_CONFIDENCE = 1e-3;

const verboseSegment = ({ start, end, text, confidence }: Segment, id: number) => ({
  id,
  seek: 0 as const,
  start,
  end,
  text,
  tokens: [],
  temperature: 0 as const,
  avg_logprob: Math.log(Math.max(confidence, LEAST_CONFIDENCE)),
  compression_ratio: Buffer.byteLength(text) / deflateSync(text).length,
  no_speech_prob: 0 as const,
});

/** `en` is english. */
const englishName = (code: string): string =>
  (new Intl.DisplayNames('en', { type: 'language' }).of(code) ?? code).toLowerCase();
