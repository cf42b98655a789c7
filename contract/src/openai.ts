import { z } from 'zod';

import { submitFormSchema } from './submit.ts';

/**
 * `POST /v1/audio/transcriptions` in the shape that OpenAI's clients know: the wire format is theirs, so that they work
 * unchanged, and what it has and we have not is given as nothing.
 */

/** What a transcription can be had as; `diarized_json` is the one with speakers. */
export const OPENAI_FORMATS = ['json', 'text', 'srt', 'verbose_json', 'vtt', 'diarized_json'] as const;
export type OpenAiFormat = (typeof OPENAI_FORMATS)[number];

/** What `verbose_json` can give the times of. */
export const OPENAI_GRANULARITIES = ['segment', 'word'] as const;
export type OpenAiGranularity = (typeof OPENAI_GRANULARITIES)[number];

/** The parts of the form, for the documentation: the form itself is read as a stream. */
export const openAiFormSchema = z.object({
  ...submitFormSchema.shape,
  model: z
    .string()
    .optional()
    .meta({ description: 'Any name will do, and changes nothing.', examples: ['whisper-1'] }),
  response_format: z
    .enum(OPENAI_FORMATS)
    .optional()
    .meta({ description: '"json" when left out; "diarized_json" tells who speaks.' }),
  'timestamp_granularities[]': z
    .array(z.enum(OPENAI_GRANULARITIES))
    .optional()
    .meta({ description: 'What "verbose_json" gives the times of; "segment" when left out.' }),
  temperature: z.number().optional().meta({ description: 'Taken, and changes nothing.' }),
  stream: z.literal(false).optional().meta({ description: 'Streaming is not offered here.' }),
});

const seconds = z.number().min(0).describe('Seconds from the start of the recording.');
const text = z.string().describe('The whole text; empty without speech.');
const task = z.literal('transcribe');
const duration = z.number().min(0).describe('Of the recording, in seconds.');
const usage = z
  .object({ type: z.literal('duration'), seconds: z.number().min(0) })
  .describe('What is charged for.');

export const openAiTranscriptionSchema = z.object({ text, usage }).meta({ id: 'OpenAiTranscription' });

export const openAiVerboseSchema = z
  .object({
    task,
    language: z.string().describe('By its English name.'),
    duration,
    text,
    segments: z
      .array(
        z.object({
          id: z.int().min(0),
          seek: z.literal(0),
          start: seconds,
          end: seconds,
          text: z.string(),
          tokens: z
            .array(z.int())
            .max(0)
            .describe('Has no counterpart here, nor have `seek` and `temperature`.'),
          temperature: z.literal(0),
          avg_logprob: z.number().max(0).describe('The logarithm of the confidence.'),
          compression_ratio: z.number().min(0).describe('Bytes of the text to bytes of it compressed.'),
          no_speech_prob: z.literal(0).describe('Where most likely nobody speaks there are no segments.'),
        }),
      )
      .optional(),
    words: z.array(z.object({ word: z.string(), start: seconds, end: seconds })).optional(),
    usage,
  })
  .meta({ id: 'OpenAiVerboseTranscription' });

export const openAiDiarizedSchema = z
  .object({
    task,
    duration,
    text,
    segments: z.array(
      z.object({
        type: z.literal('transcript.text.segment'),
        id: z.string(),
        start: seconds,
        end: seconds,
        text: z.string(),
        speaker: z.string().describe('A letter: A speaks first.'),
      }),
    ),
    usage,
  })
  .meta({ id: 'OpenAiDiarizedTranscription' });

/** The most particular first: a plain transcription is also what is left of the others when fields are dropped. */
export const openAiAnswerSchema = z.union([
  openAiVerboseSchema,
  openAiDiarizedSchema,
  openAiTranscriptionSchema,
]);
export type OpenAiAnswer = z.infer<typeof openAiAnswerSchema>;

/** The kinds of errors that OpenAI's clients tell apart. */
const OPENAI_ERROR_TYPES = [
  'invalid_request_error',
  'authentication_error',
  'insufficient_quota',
  'permission_error',
  'rate_limit_error',
  'server_error',
] as const;

/** The body of every error under /v1. */
export const openAiErrorSchema = z
  .object({
    error: z.object({
      message: z.string().describe('What went wrong, in one sentence a person can act on.'),
      type: z.enum(OPENAI_ERROR_TYPES),
      param: z.string().nullable().describe('The field that is to blame, where it is one.'),
      code: z.string().describe('The same as in the header X-Error-Code.'),
    }),
  })
  .meta({ id: 'OpenAiError' });
export type OpenAiError = z.infer<typeof openAiErrorSchema>;
