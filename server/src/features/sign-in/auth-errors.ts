import type { ErrorCode } from '@icana/contract';

import { refusal } from '../../infra/http/api-error.ts';

/** Our word for the library's, where a person can do something about it. */
const REFUSALS = {
  INVALID_EMAIL_OR_PASSWORD: 'sign_in.wrong',
  INVALID_PASSWORD: 'sign_in.password_wrong',
  CREDENTIAL_ACCOUNT_NOT_FOUND: 'sign_in.password_wrong',
  INVALID_TOKEN: 'sign_in.link_expired',
  TOKEN_EXPIRED: 'sign_in.link_expired',
  USER_NOT_FOUND: 'sign_in.link_expired',
  INVALID_USER: 'sign_in.link_expired',
  PROVIDER_NOT_FOUND: 'sign_in.no_provider',
  INVALID_OAUTH_CONFIGURATION: 'sign_in.no_provider',
  UNAUTHORIZED: 'session.missing',
  ACCOUNT_CLOSED: 'account.closed',
} as const satisfies Record<string, ErrorCode>;

const isOurs = (code: unknown): code is keyof typeof REFUSALS => typeof code === 'string' && code in REFUSALS;

/** Calls the library, and says in our words what it refuses. */
export async function asking<Answer>(call: Promise<Answer>): Promise<Answer> {
  try {
    return await call;
  } catch (error) {
    const { code } = (error as { body?: { code?: unknown } }).body ?? {};
    throw isOurs(code) ? refusal(REFUSALS[code]) : error;
  }
}
