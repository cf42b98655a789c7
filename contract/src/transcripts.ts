import { z } from 'zod';

import { oneOf } from './query.ts';

const seconds = z.number().min(0).describe('Seconds from the start of the recording.');
const confidence = z.number().min(0).max(1);
const speaker = z.int().min(1).describe('Speakers are numbered from 1 in the order they first speak.');

const estimated = z
  .literal(true)
  .optional()
  .describe('Set where the times are estimated and may be off by half a second: not every model tells them.');

const overlap = z
  .literal(true)
  .optional()
  .describe('Set where somebody else speaks at the same time, if a model is installed that hears that.');

export const segmentSchema = z.object({
  start: seconds,
  end: seconds,
  speaker,
  text: z.string(),
  confidence,
  estimated,
  overlap,
});

export const wordSchema = z.object({
  start: seconds,
  end: seconds,
  speaker,
  text: z.string(),
  confidence,
  estimated,
  overlap,
});

export const speakerSchema = z.object({
  speaker,
  label: z.string(),
  seconds: z.number().min(0).describe('How long this speaker speaks, all told.'),
  words: z.int().min(0),
});

/** A segment that was left out. Jobs of older versions of the service have neither its speaker nor its words. */
export const suppressedSchema = segmentSchema.partial({ speaker: true, confidence: true }).extend({
  reason: z
    .string()
    .describe(
      'Why this was most likely not said: "low-confidence", "faster-than-speech", "noise-floor" or "repetition".',
    ),
  words: z.array(wordSchema).optional().describe('As they would be in the transcript if it were put back.'),
});

/** What a transcript can be had as: everything, turns as plain text, or subtitles. */
export const TRANSCRIPT_FORMATS = ['json', 'txt', 'srt', 'vtt'] as const;
export type TranscriptFormat = (typeof TRANSCRIPT_FORMATS)[number];

/** The query of `GET /jobs/{job_id}/transcript`. */
export const transcriptQuerySchema = z.object({
  format: oneOf('format', TRANSCRIPT_FORMATS)
    .default('json')
    .describe('"json" for everything, "txt" for one turn a line, "srt" or "vtt" for subtitles.'),
  suppressed: oneOf('suppressed', ['apart', 'included'])
    .default('apart')
    .describe('"included" puts what was suppressed back in its place, as if it had been believed.'),
  edited: oneOf('edited', ['true', 'false'])
    .default('false')
    .describe(
      '"true" for the transcript as people have edited it in the dashboard, with the names that they gave.',
    ),
});

/** A transcript with all there is of it: the answer to `format=json`. */
export const transcriptSchema = z
  .object({
    job_id: z.uuid(),
    language: z.string(),
    audio_duration_seconds: z.number().nullable(),
    transcription: z.string().describe('Plain text; empty without speech.'),
    diarization: z.string().describe('One turn a line: "[Speaker 1]: text".'),
    segments: z.array(segmentSchema),
    words: z.array(wordSchema),
    speakers: z.array(speakerSchema),
    suppressed: z.array(suppressedSchema).describe('Recognised where most likely nobody spoke; in no text.'),
  })
  .meta({ id: 'Transcript' });
export type TranscriptAnswer = z.infer<typeof transcriptSchema>;
