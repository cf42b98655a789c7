import type { Measure } from '@icana/engine';
import { isTerminal } from '@icana/contract';

import type { Database, JobRow } from '../../../infra/database/schema.ts';
import type { Clock } from '../../../lib/clock.ts';
import { jointly } from '../../../lib/jointly.ts';
import { averageCost, readOutlooks } from './outlooks.store.ts';

const WRITE_EVERY_MS = 10_000;

/** What it is to be told by how long a job will still take. */
export interface Outlook {
  /** Audio of other jobs that is due before this one is. */
  readonly aheadMs: number;
  /** How long a worker takes for a second of audio; null until it was measured. */
  readonly secondsPerAudioSecond: number | null;
}

export type Outlooks = ReturnType<typeof createOutlooks>;

/**
 * How long jobs will take, learnt from how long work took in this deployment. Measures of all workers go into one
 * moving average. It is that of one worker: where several share the work, things end sooner than is told.
 */
export function createOutlooks(parts: {
  database: Database;
  clock: Clock;
  engineProcesses: number;
  onError: (error: Error) => void;
}) {
  const { database, clock, engineProcesses, onError } = parts;
  const measured = new Map<Measure['stage'], { audioSeconds: number; busySeconds: number }>();
  let writtenAt = 0;

  async function write(): Promise<void> {
    const measures = [...measured];
    measured.clear();
    for (const [stage, { audioSeconds, busySeconds }] of measures) {
      const secondsPerAudioSecond = busySeconds / audioSeconds / engineProcesses;
      await averageCost(database, { stage, audioSeconds, secondsPerAudioSecond, at: clock.now() });
    }
  }

  const read = jointly(async (jobIds: readonly string[]) => {
    const outlooks = await readOutlooks(database, jobIds);
    return jobIds.map((id) => outlooks.get(id));
  });

  return {
    /** Learns from one operation of the engine. Written down now and then, so that an hour is few statements. */
    learn({ stage, audioSeconds, busySeconds }: Measure): void {
      if (audioSeconds <= 0) return;
      const before = measured.get(stage) ?? { audioSeconds: 0, busySeconds: 0 };
      measured.set(stage, {
        audioSeconds: before.audioSeconds + audioSeconds,
        busySeconds: before.busySeconds + busySeconds,
      });
      const now = clock.now().getTime();
      if (now - writtenAt < WRITE_EVERY_MS) return;
      writtenAt = now;
      write().catch(onError);
    },

    /** Of a job that waits or is worked on; null of any other. */
    async of(job: JobRow): Promise<Outlook | null> {
      if (isTerminal(job.status) || job.status === 'uploading') return null;
      return (await read(job.id)) ?? null;
    },
  };
}
