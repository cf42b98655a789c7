import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    // More than two cores: many a test waits for a time limit or a page.
    maxWorkers: 3,
    projects: [
      {
        test: {
          name: 'parts',
          include: ['{contract,engine,server,web,test}/**/*.test.ts'],
          exclude: ['**/node_modules/**', 'test/conformance/chapters/**'],
          globalSetup: ['test/support/global-setup.ts'],
          // Each file has a process of its own: native libraries and killed children stay in it.
          pool: 'forks',
          // As the engine has it for its processes; some tests load its library into their own.
          env: { ORT_DISABLE_TELEMETRY: '1' },
          testTimeout: 120_000,
          hookTimeout: 120_000,
          // Not how fast anything is: a busy machine takes its time.
          expect: { poll: { timeout: 20_000 } },
        },
      },
      // A server of its own, which it knows by its address alone.
      'test/conformance/vitest.config.ts',
    ],
  },
});
