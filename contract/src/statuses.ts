/** Every status a job can have, in the order it passes through them. */
export const JOB_STATUSES = ['uploading', 'pending', 'processing', 'completed', 'failed'] as const;
export type JobStatus = (typeof JOB_STATUSES)[number];

/** Whether a job of this status has ended and never changes again: polling may stop. */
export function isTerminal(status: JobStatus): boolean {
  return status === 'completed' || status === 'failed';
}

/** What an account can be. Only an active one may use its keys. */
export const ACCOUNT_STATUSES = ['unverified', 'active', 'suspended', 'closed'] as const;
export type AccountStatus = (typeof ACCOUNT_STATUSES)[number];
