import { z } from 'zod';

/** A recording's name must end in one of these, in upper or lower case. */
export const AUDIO_EXTENSIONS = ['.mp3', '.wav', '.ogg', '.flac', '.m4a', '.mp4', '.webm'] as const;

export const DEFAULT_LANGUAGE = 'en';
export const MAX_SPEAKERS = 32;

/** The API page fills its form with examples, and would invent a prompt and a number of speakers that nobody meant. */
const LEFT_OUT = { examples: [''] };
const speakerNumber = z.int().min(1).max(MAX_SPEAKERS).optional();

/** The parts of the form of `POST /transcribe`, for the documentation: the form itself is read as a stream. */
export const submitFormSchema = z.object({
  file: z.string().meta({
    format: 'binary',
    description: `The recording. Its name ends in ${AUDIO_EXTENSIONS.join(', ')}.`,
  }),
  language: z
    .string()
    .optional()
    .meta({
      description: `The language spoken, as a code; ${DEFAULT_LANGUAGE} when left out.`,
      examples: [DEFAULT_LANGUAGE],
    }),
  prompt: z
    .string()
    .optional()
    .meta({ description: 'Words that occur in the recording, separated by commas.', ...LEFT_OUT }),
  num_speakers: speakerNumber.meta({ description: 'How many people speak, when known.', ...LEFT_OUT }),
  min_speakers: speakerNumber.meta({ description: 'At least so many people speak.', ...LEFT_OUT }),
  max_speakers: speakerNumber.meta({ description: 'At most so many people speak.', ...LEFT_OUT }),
});

/** The headers of `POST /transcribe` beside the key, for the documentation. */
export const submitHeadersSchema = z.object({
  'Idempotency-Key': z
    .string()
    .regex(/^[\x21-\x7e]{1,255}$/)
    .optional()
    .meta({
      description: 'Makes a repeated request answer with the job of the first, for 24 hours.',
      ...LEFT_OUT,
    }),
});

export const SUBMITTED_MESSAGE =
  'Job submitted successfully. Poll the status endpoint to check progress.' as const;

/** The answer to a submitted recording. */
export const submitAnswerSchema = z
  .object({ job_id: z.uuid(), status: z.literal('processing'), message: z.literal(SUBMITTED_MESSAGE) })
  .meta({ id: 'SubmitAnswer' });
export type SubmitAnswer = z.infer<typeof submitAnswerSchema>;
