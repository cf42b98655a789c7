/** Names of the headers the API reads and writes beside the standard ones. */
export const HEADERS = {
  apiKey: 'x-api-key',
  errorCode: 'x-error-code',
  requestId: 'x-request-id',
  idempotencyKey: 'idempotency-key',
  rateLimit: 'ratelimit-limit',
  rateRemaining: 'ratelimit-remaining',
  rateReset: 'ratelimit-reset',
} as const;
