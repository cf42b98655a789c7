import { z } from 'zod';

import { JOB_EXPANSIONS } from './jobs.ts';
import { once, oneOf, wholeNumber } from './query.ts';
import { JOB_STATUSES } from './statuses.ts';

/** The longest a request waits for the end of a job, in seconds. */
export const MAX_WAIT_SECONDS = 60;

/** The query of `GET /jobs/{job_id}`. */
export const jobQuerySchema = z.object({
  expand: once('expand')
    .transform((text) => text.split(',').map((name) => name.trim()))
    .pipe(
      z.array(
        z.enum(JOB_EXPANSIONS, `expand takes any of ${JOB_EXPANSIONS.join(', ')}, separated by commas`),
      ),
    )
    .optional()
    .describe(`Any of ${JOB_EXPANSIONS.join(', ')}, separated by commas.`),
  wait: wholeNumber('wait', { min: 0, max: MAX_WAIT_SECONDS })
    .optional()
    .describe('Seconds to wait for the end of the job; the answer comes as soon as it has ended.'),
});

/** The query of `GET /jobs`. */
export const jobListQuerySchema = z.object({
  limit: wholeNumber('limit', { min: 1, max: 100 })
    .default(20)
    .describe('How many jobs at most; 20 when left out.'),
  cursor: once('cursor').optional().describe('The `next_cursor` of the page before.'),
  status: oneOf('status', JOB_STATUSES).optional().describe('Only jobs of this status.'),
});
