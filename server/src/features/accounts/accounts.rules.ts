import type { AccountStatus } from '@icana/contract';

import { refusal } from '../../infra/http/api-error.ts';

/** @throws ApiError 403 saying what is missing, unless the account is active */
export function requireActive(status: AccountStatus): void {
  if (status !== 'active') throw refusal(`account.${status}`);
}
