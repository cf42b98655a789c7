import type { Accounts } from '../../features/accounts/accounts.service.ts';
import type { Audit } from '../../features/audit/audit.service.ts';
import type { ApiKeys } from '../../features/api-keys/api-keys.service.ts';
import type { Jobs } from '../../features/jobs/jobs.service.ts';
import type { ActingOperator, Operators } from '../../features/operator/operators.ts';
import type { Answer } from './output.ts';

/** The services an operator's commands work on. */
export interface OperatorServices {
  readonly accounts: Pick<Accounts, 'byEmail' | 'list'>;
  readonly apiKeys: Pick<ApiKeys, 'list'>;
  readonly audit: Audit;
  readonly jobs: Pick<Jobs, 'inspect'>;
  readonly operators: Operators;
}

/** What a command does with the services, and what it has to say then. Whatever it changes, the operator changes. */
type Work = (
  services: OperatorServices & { readonly operator: ActingOperator },
) => Promise<Answer | readonly Answer[]>;

/** Runs a command's work and prints what it says. */
export type AnswerWith = (options: { json?: boolean }, work: Work) => Promise<void>;

/** Every command can answer in JSON. */
export const JSON_OPTION = ['--json', 'answer in JSON'] as const;
