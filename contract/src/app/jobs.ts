import { z } from 'zod';

import { once, oneOf, wholeNumber } from '../query.ts';
import { JOB_STATUSES } from '../statuses.ts';
import { utcTime } from '../times.ts';

/** A job as the pages list it. */
export const dashboardJobSchema = z.object({
  id: z.uuid(),
  status: z.enum(JOB_STATUSES),
  filename: z.string(),
  language: z.string(),
  durationSeconds: z.number().nullable().describe('Null until the file has been read.'),
  progress: z
    .object({
      fraction: z.number().min(0).max(1),
      etaSeconds: z.int().min(0).nullable().describe('Null until there is enough to go by.'),
    })
    .nullable()
    .describe('Null once the job has ended.'),
  heldMicroAud: z.int().describe('Reserved while the job has not ended.'),
  chargedMicroAud: z.int().nullable().describe('What it cost; null until it has ended.'),
  errorMessage: z.string().nullable().describe('Set exactly when the job failed.'),
  canRetry: z.boolean().describe('Whether it failed and its recording is there to be tried again.'),
  createdAt: utcTime,
  completedAt: utcTime.nullable(),
});
export type DashboardJob = z.infer<typeof dashboardJobSchema>;

/** The states a person tells apart in a list. */
export const JOB_STATES = ['open', 'completed', 'failed'] as const;
export type JobState = (typeof JOB_STATES)[number];

export const MAX_SEARCH_LENGTH = 100;

/** The query of `GET /app/jobs`. */
export const dashboardJobsQuerySchema = z.object({
  limit: wholeNumber('limit', { min: 1, max: 100 }).default(25),
  cursor: once('cursor').optional(),
  state: oneOf('state', JOB_STATES).optional(),
  search: once('search')
    .max(MAX_SEARCH_LENGTH, `search must have at most ${MAX_SEARCH_LENGTH} characters`)
    .optional()
    .describe('Part of a file name, in upper or lower case.'),
});

export const dashboardJobsSchema = z.object({
  jobs: z.array(dashboardJobSchema).describe('Newest first.'),
  nextCursor: z.string().nullable(),
});
export type DashboardJobs = z.infer<typeof dashboardJobsSchema>;

/** The answer to whatever makes a job: the one that stands for what was asked. */
export const madeJobSchema = z.object({ jobId: z.uuid() });
export type MadeJob = z.infer<typeof madeJobSchema>;

/**
 * The events of `GET /app/jobs/events`, by name: first every job that has not ended, then each that changes, as it is
 * then, and the ids of those that were deleted.
 */
export interface DashboardJobEvents {
  readonly jobs: Pick<DashboardJobs, 'jobs'>;
  readonly job: DashboardJob;
  readonly gone: { readonly id: string };
}
