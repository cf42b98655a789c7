import { z } from 'zod';

import { JOB_STATUSES } from './statuses.ts';

const utcTime = z.string().describe('UTC, ISO 8601, whole seconds, for example 2026-03-01T09:30:00Z.');
const seconds = z.number().min(0).describe('Seconds from the start of the recording.');
const confidence = z.number().min(0).max(1);
const speaker = z.int().min(1).describe('Speakers are numbered from 1 in the order they first speak.');

const summaryFields = {
  id: z.uuid(),
  status: z.enum(JOB_STATUSES),
  original_filename: z.string(),
  language: z.string(),
  audio_duration_seconds: z.number().nullable().describe('To 0.01 s; null until the file has been read.'),
  audio_duration_minutes: z.number().nullable(),
};
const textFields = {
  transcription: z.string().nullable().describe('Plain text; null until completed, empty without speech.'),
  diarization: z.string().nullable().describe('One turn a line: "[Speaker 1]: text".'),
};
const endingFields = {
  error_message: z.string().nullable().describe('Set exactly when the status is "failed".'),
  created_at: utcTime,
  completed_at: utcTime.nullable().describe('Set when the job is completed or failed.'),
};

const progressSchema = z.object({
  stage: z.enum(['uploading', 'queued', 'transcribing']),
  fraction: z.number().min(0).max(1),
  eta_seconds: z.int().min(0).nullable().describe('Null until there is enough to go by.'),
});

const segmentSchema = z.object({
  start: seconds,
  end: seconds,
  speaker,
  text: z.string(),
  confidence,
});

const wordSchema = z.object({ start: seconds, end: seconds, speaker, text: z.string(), confidence });

const costSchema = z.object({
  currency: z.literal('AUD'),
  held: z.number().min(0).describe('Credit reserved for the job while it has not ended.'),
  charged: z.number().min(0).nullable().describe('What the job cost; null until it has ended.'),
});

const speakerSchema = z.object({
  speaker,
  label: z.string(),
  seconds: z.number().min(0).describe('How long this speaker speaks, all told.'),
  words: z.int().min(0),
});

const suppressedSchema = z.object({
  start: seconds,
  end: seconds,
  text: z.string(),
  reason: z.string().describe('Why this is most likely no speech: "faster-than-speech" or "low-confidence".'),
});

/** What `?expand=` can add to a job, and the shape of each. */
const expansionFields = {
  progress: progressSchema.nullable().optional().describe('Null once the job has ended.'),
  segments: z.array(segmentSchema).nullable().optional().describe('Null until completed.'),
  words: z.array(wordSchema).nullable().optional().describe('Null until completed.'),
  cost: costSchema.optional(),
  speakers: z.array(speakerSchema).nullable().optional().describe('Null until completed.'),
  suppressed: z.array(suppressedSchema).nullable().optional().describe('Null until completed.'),
};
export type JobExpansion = keyof typeof expansionFields;
// An object's type does not say that it has no other keys; this one has none.
export const JOB_EXPANSIONS = Object.keys(expansionFields) as JobExpansion[];

/** A job: eleven fields, always all of them and in this order, then what was asked for by `expand`. */
export const jobSchema = z
  .object({ ...summaryFields, ...textFields, ...endingFields, ...expansionFields })
  .meta({ id: 'Job' });
export type Job = z.infer<typeof jobSchema>;

/** A job as a list shows it: without the two texts. */
export const jobSummarySchema = z.object({ ...summaryFields, ...endingFields }).meta({ id: 'JobSummary' });
export type JobSummary = z.infer<typeof jobSummarySchema>;

export const jobListSchema = z
  .object({
    jobs: z.array(jobSummarySchema).describe('Newest first.'),
    next_cursor: z
      .string()
      .nullable()
      .describe('Send it back as `cursor` for the next page; null on the last.'),
  })
  .meta({ id: 'JobList' });
export type JobList = z.infer<typeof jobListSchema>;

/** The query of `GET /jobs/{job_id}`. */
export const jobQuerySchema = z.object({
  expand: z
    .string()
    .transform((text) => text.split(',').map((name) => name.trim()))
    .pipe(
      z.array(
        z.enum(JOB_EXPANSIONS, `expand takes any of ${JOB_EXPANSIONS.join(', ')}, separated by commas`),
      ),
    )
    .optional()
    .describe(`Any of ${JOB_EXPANSIONS.join(', ')}, separated by commas.`),
});

const PAGE_LIMIT = 'limit must be a whole number from 1 to 100';

/** The query of `GET /jobs`. */
export const jobListQuerySchema = z.object({
  limit: z.coerce
    .number(PAGE_LIMIT)
    .int(PAGE_LIMIT)
    .min(1, PAGE_LIMIT)
    .max(100, PAGE_LIMIT)
    .default(20)
    .describe('How many jobs at most, 1 to 100.'),
  cursor: z.string().optional().describe('The `next_cursor` of the page before.'),
  status: z
    .enum(JOB_STATUSES, `status must be one of ${JOB_STATUSES.join(', ')}`)
    .optional()
    .describe('Only jobs of this status.'),
});
