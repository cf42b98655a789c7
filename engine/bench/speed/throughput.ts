import { join } from 'node:path';
import { performance } from 'node:perf_hooks';

import { SAMPLE_RATE } from '../../src/audio/pcm-file.ts';
import type { Engine } from '../../src/index.ts';
import type { SpeechModels } from '../../src/models/speech-models.ts';
import { createEnginePool, type EnginePool } from '../../src/process/pool.ts';
import type { SpeechWindow } from '../../src/speech/prepare.ts';

/** Seconds for one transcription, from the file to who said what. */
export async function timePipeline(engine: Engine, path: string): Promise<number> {
  const started = performance.now();
  await engine.transcribe({ path });
  return (performance.now() - started) / 1000;
}

/** The recogniser alone. */
export interface RawEngine {
  /** Seconds to recognise all windows of the recording. */
  time(): Promise<number>;
  close(): void;
}

export interface RawEngineOptions {
  readonly models: SpeechModels;
  readonly processes: number;
  readonly path: string;
  /** An empty folder for the decoded audio. */
  readonly workDir: string;
}

/**
 * What the pipeline is measured against: as many engine processes, the same recognition windows, but decoding and
 * speech detection done beforehand and no speakers told apart.
 */
export async function prepareRawEngine({
  models,
  processes,
  path,
  workDir,
}: RawEngineOptions): Promise<RawEngine> {
  const limits = { memoryMb: () => Infinity, silenceSeconds: 300 };
  const pool = createEnginePool({ processes, models, limits });
  const pcm = join(workDir, 'raw.pcm');
  const windows = await cutWindows(pool, path, pcm);
  const model = models.recogniserFor('en');
  return {
    async time() {
      const lane = pool.openLane();
      const started = performance.now();
      await Promise.all(
        windows.map(({ start, end, speech }) =>
          lane.run('recognise', { pcm, from: sampleAt(start), to: sampleAt(end), speech, model }),
        ),
      );
      return (performance.now() - started) / 1000;
    },
    close: () => pool.close(),
  };
}

async function cutWindows(pool: EnginePool, input: string, output: string): Promise<SpeechWindow[]> {
  const windows: SpeechWindow[] = [];
  await pool
    .openLane()
    .run(
      'prepare',
      { input, output, maxDurationSeconds: Infinity },
      { onEvent: (part) => windows.push(...part.windows) },
    );
  return windows;
}

const sampleAt = (seconds: number): number => Math.round(seconds * SAMPLE_RATE);
