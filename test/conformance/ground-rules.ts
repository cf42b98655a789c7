import { expect } from 'vitest';

import type { Answer } from './api.ts';

const STATUSES = [200, 400, 401, 402, 403, 404, 429, 500];
const ERROR_CODE = /^[a-z]+(_[a-z]+)*\.[a-z]+(_[a-z]+)*$/;

/** What holds for every answer under /api/v1, whatever was asked. */
export function expectGroundRules({ status, headers, body }: Answer): void {
  expect(STATUSES).toContain(status);
  expect(headers.get('x-request-id')).toBeTruthy();
  if (status === 200) return;
  expect(headers.get('content-type')).toContain('application/json');
  expect(Object.keys(body)).toEqual(['detail']);
  expect(body['detail']).toBeTypeOf('string');
  expect(body['detail']).not.toBe('');
  expect(headers.get('x-error-code')).toMatch(ERROR_CODE);
}
