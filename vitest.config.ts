import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['{contract,engine,server,test}/**/*.test.ts'],
    exclude: ['**/node_modules/**'],
    globalSetup: ['test/support/global-setup.ts'],
    // Each file has a process of its own: native libraries and killed children stay in it.
    pool: 'forks',
    maxWorkers: 2,
    // As the engine has it for its processes; some tests load its library into their own.
    env: { ORT_DISABLE_TELEMETRY: '1' },
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
});
