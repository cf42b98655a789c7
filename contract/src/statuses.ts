/** Every status a job can have, in the order it passes through them. */
export const JOB_STATUSES = ['uploading', 'pending', 'processing', 'completed', 'failed'] as const;
export type JobStatus = (typeof JOB_STATUSES)[number];

/** Whether a job of this status has ended and never changes again: polling may stop. */
export function isTerminal(status: JobStatus): status is 'completed' | 'failed' {
  return status === 'completed' || status === 'failed';
}

/** The statuses of jobs that have not ended. */
export const OPEN_STATUSES = JOB_STATUSES.filter((status) => !isTerminal(status));

/** What an account can be. Only an active one may use its keys. */
export const ACCOUNT_STATUSES = ['unverified', 'active', 'suspended', 'closed'] as const;
export type AccountStatus = (typeof ACCOUNT_STATUSES)[number];
