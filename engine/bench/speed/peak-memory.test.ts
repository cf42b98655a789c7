import { expect, it } from 'vitest';

import { peakResidentBytes } from './peak-memory.ts';

it.skipIf(process.platform !== 'linux')(
  'lies between what a process has now and the most it ever had',
  () => {
    const now = process.memoryUsage.rss();
    const peak = peakResidentBytes(process.pid);
    // The kernel counts in batches: a few pages of each thread may not have been added yet.
    expect(peak).toBeGreaterThan(0.95 * now);
    expect(peak).toBeLessThan(1.05 * process.resourceUsage().maxRSS * 1024);
  },
);

it.skipIf(process.platform !== 'linux')('fails for a process that is no more', () => {
  expect(() => peakResidentBytes(2 ** 30)).toThrow(/ENOENT/);
});
