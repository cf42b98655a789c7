import { expect, test } from 'vitest';

import { isForGood, mayPass } from './upload-failures.ts';

test.each([
  [0, '', true],
  [500, 'upload.storage_failed', true],
  [429, 'limits.exceeded', true],
  [429, 'limits.open_uploads', false],
  [402, 'credits.insufficient', false],
  [400, 'upload.too_slow', false],
])('after a refusal of %i %s it is worth going on by itself: %s', (status, code, isWorthIt) => {
  expect(mayPass({ status, code })).toBe(isWorthIt);
});

test.each([
  [400, 'upload.unsupported_type', true],
  [403, 'account.suspended', true],
  [400, 'upload.interrupted', false],
  [400, 'upload.too_slow', false],
  [402, 'credits.insufficient', false],
])('a refusal of %i %s is for good: %s', (status, code, isFinal) => {
  expect(isForGood({ status, code })).toBe(isFinal);
});
