import type { Account } from '../../features/accounts/accounts.service.ts';
import { toAud } from '../../lib/money.ts';
import type { Answer } from './output.ts';

export function showAccount(account: Account): Answer {
  return {
    id: account.id,
    email: account.email,
    status: account.status,
    available_aud: toAud(account.availableMicroAud),
    held_aud: toAud(account.heldMicroAud),
    submit_limit: account.settings.submitLimit ?? 'default',
    request_limit: account.settings.requestLimit ?? 'default',
    operator: account.isOperator,
    time_zone: account.settings.timeZone,
    created_at: account.createdAt.toISOString(),
  };
}
