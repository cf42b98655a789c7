import { setTimeout as delay } from 'node:timers/promises';

import { startLine } from './cuttable-line.ts';
import { startTestService } from './test-service.ts';

/** The message by which a transaction is committed, as it goes over the line. */
export const COMMIT = 'commit\0';
const AWAY_MS = 1500;

export type CuttableService = Awaited<ReturnType<typeof startCuttableService>>;

/** A server whose way to the database can be cut, and one beside it whose way cannot. Nobody works on the queue. */
export async function startCuttableService() {
  let duringProbe: (() => void) | undefined;
  const beside = await startTestService({ working: false });
  const url = new URL(beside.settings.databaseUrl ?? '');
  const line = await startLine(Number(url.port));
  url.port = String(line.port);
  const service = await startTestService({
    working: false,
    beside: { settings: { ...beside.settings, databaseUrl: url.href }, folder: beside.folder },
    engine: {
      async probe() {
        duringProbe?.();
        duringProbe = undefined;
        return { durationSeconds: 10 };
      },
    },
  });

  /** The next answer to these words is not heard, because the database goes away for a moment. */
  const loseAnswerTo = async (words: string): Promise<void> => {
    await line.cutAtAnswerTo(words);
    await delay(AWAY_MS);
    await line.mend();
  };

  /** Begins something when the next recording is looked at, just before its job is submitted; resolves when it is done. */
  const whenSubmitting = async (begin: () => Promise<void>): Promise<void> =>
    await new Promise<void>((resolve, reject) => {
      duringProbe = () => void begin().then(resolve, reject);
    });

  return {
    service,
    beside,
    line,
    loseAnswerTo,
    whenSubmitting,

    async close() {
      await service.close();
      await line.cut();
      await beside.close();
    },
  };
}
