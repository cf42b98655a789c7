import { expect, test } from 'vitest';

import { runFaults, type FaultRunOptions } from './fault-run.ts';

/** Under a minute each on a quiet machine; some are busy with everything else. */
const PATIENCE = { timeout: 480_000 };
const SEED = 4;

/** The short form of `npm run faults`. */
const strike = async (options: Pick<FaultRunOptions, 'kind' | 'blows'>) =>
  await runFaults({ ...options, seed: SEED, long: false, say: () => undefined });

test(
  'service, engine processes and database are killed under a load, and every recording is transcribed and paid once',
  PATIENCE,
  async () => {
    const { problems, completed, amidChunks } = await strike({
      kind: 'alone',
      blows: [
        'kill the service',
        'kill an engine process',
        'kill the service and the database',
        'stop the service with SIGTERM',
      ],
    });
    expect(problems).toEqual([]);
    expect(completed).toBeGreaterThan(0);
    expect(amidChunks).toBeGreaterThan(0);
  },
);

test(
  'of two services on one database one is killed, and the other goes on with its work',
  PATIENCE,
  async () => {
    const { problems, completed } = await strike({ kind: 'pair', blows: ['kill the service'] });
    expect(problems).toEqual([]);
    expect(completed).toBeGreaterThan(0);
  },
);
