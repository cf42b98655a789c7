import { defineConfig } from 'vitest/config';

/** The suite as a project of its own: it shares nothing with the other tests, not even their database. */
export default defineConfig({
  test: {
    name: 'conformance',
    include: ['chapters/*.test.ts'],
    globalSetup: ['./global-setup.ts'],
    pool: 'forks',
    maxWorkers: 3,
    // They hold nothing in the module: one process can read chapter after chapter.
    isolate: false,
    // Where all keys of an account are over their limit, a test waits for the window to end.
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
