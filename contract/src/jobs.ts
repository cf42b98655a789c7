import { z } from 'zod';

import { JOB_STATUSES } from './statuses.ts';
import { MAX_SPEAKERS } from './submit.ts';
import { utcTime } from './times.ts';
import { segmentSchema, speakerSchema, suppressedSchema, wordSchema } from './transcripts.ts';

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

const costSchema = z.object({
  currency: z.literal('AUD'),
  held: z.number().min(0).describe('Credit reserved for the job while it has not ended.'),
  charged: z.number().min(0).nullable().describe('What the job cost; null until it has ended.'),
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

/** The answer to `DELETE /jobs/{job_id}`. */
export const deletedJobSchema = z
  .object({ id: z.uuid(), status: z.literal('deleted') })
  .meta({ id: 'DeletedJob' });
export type DeletedJob = z.infer<typeof deletedJobSchema>;

const speakerBound = (name: string) => {
  const problem = `${name} must be a whole number from 1 to ${MAX_SPEAKERS}`;
  return z.int(problem).min(1, problem).max(MAX_SPEAKERS, problem).optional();
};

/** The body of `POST /jobs/{job_id}/speakers`. */
export const speakerCountSchema = z
  .strictObject(
    {
      count: speakerBound('count').describe('How many people speak, when it is known.'),
      min: speakerBound('min').describe('At least so many people speak.'),
      max: speakerBound('max').describe('At most so many people speak.'),
    },
    'send JSON with "count", or with "min" and "max", and nothing else',
  )
  .refine(
    ({ count, min = 1, max = MAX_SPEAKERS }) => min <= max && (count ?? min) >= min && (count ?? max) <= max,
    'min is above max, or count is outside them',
  )
  .meta({ id: 'SpeakerCount' });
export type SpeakerCount = z.infer<typeof speakerCountSchema>;

/** The data of an `event: progress` of `GET /jobs/{job_id}/events`. */
export const progressEventSchema = z
  .object({ status: z.enum(JOB_STATUSES), ...progressSchema.shape })
  .meta({ id: 'ProgressEvent' });
export type ProgressEvent = z.infer<typeof progressEventSchema>;

/** The data of the one `event: end`, with which the stream closes. */
export const endEventSchema = z
  .object({
    status: z.enum(['completed', 'failed', 'deleted']),
    error_message: z.string().nullable().describe('Set exactly when the status is "failed".'),
  })
  .meta({ id: 'EndEvent' });
export type EndEvent = z.infer<typeof endEventSchema>;
