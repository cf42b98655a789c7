import type { DashboardJob } from '@icana/contract/app';
import { expect, test } from 'vitest';

import { newestOf } from './newest-of.ts';

const jobThatIs = (status: DashboardJob['status'], fraction: number | null = null): DashboardJob => ({
  id: 'b3c1',
  status,
  filename: 'talk.mp3',
  language: 'en',
  durationSeconds: 10,
  progress: fraction === null ? null : { fraction, etaSeconds: 5 },
  heldMicroAud: 0,
  chargedMicroAud: null,
  errorMessage: null,
  canRetry: false,
  createdAt: '2026-11-23T00:00:00Z',
  completedAt: null,
});

test.each([
  [jobThatIs('uploading', 0), jobThatIs('pending', 0)],
  [jobThatIs('pending', 0), jobThatIs('processing', 0)],
  [jobThatIs('processing', 0.2), jobThatIs('processing', 0.3)],
  [jobThatIs('processing', 0.9), jobThatIs('completed')],
  [jobThatIs('pending', 0), jobThatIs('failed')],
])('of two pictures of a job the one that is further counts, whichever came last', (older, newer) => {
  expect(newestOf(older, newer)).toBe(newer);
  expect(newestOf(newer, older)).toBe(newer);
  expect(newestOf(older, undefined)).toBe(older);
});
