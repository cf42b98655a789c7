import type { Accounts } from '../../features/accounts/accounts.service.ts';
import type { Audit } from '../../features/audit/audit.service.ts';
import type { ApiKeys } from '../../features/api-keys/api-keys.service.ts';
import type { Credits } from '../../features/credits/credits.service.ts';
import type { Jobs } from '../../features/jobs/jobs.service.ts';
import type { Refunds } from '../../features/jobs/refunds.ts';
import type { Resubmissions } from '../../features/jobs/resubmissions.ts';
import type { Answer } from './output.ts';

/** The services an operator's commands work on. */
export interface OperatorServices {
  readonly accounts: Accounts;
  readonly apiKeys: ApiKeys;
  readonly audit: Audit;
  readonly credits: Credits;
  readonly jobs: Jobs;
  readonly refunds: Refunds;
  readonly resubmissions: Resubmissions;
}

/** What a command does with the services, and what it has to say then. */
type Work = (services: OperatorServices) => Promise<Answer | readonly Answer[]>;

/** Runs a command's work and prints what it says. */
export type AnswerWith = (options: { json?: boolean }, work: Work) => Promise<void>;

/** Every command can answer in JSON. */
export const JSON_OPTION = ['--json', 'answer in JSON'] as const;
