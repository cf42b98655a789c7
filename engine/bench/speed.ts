/**
 * `npm run bench` runs it: how fast the engine is beside the bare recogniser, and how its time and memory grow with the
 * recording. Everything is measured in one run on the same audio, so that ratios hold on any machine, however busy.
 * Exits with 1 when a goal is missed.
 */
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';

import { createEngine } from '../src/index.ts';
import { openSpeechModels } from '../src/models/speech-models.ts';
import { SPEECH_FOLDER } from './references/speech-folder.ts';
import { writeLongRecording } from './speed/long-recording.ts';
import { runAlone } from './speed/peak-memory.ts';
import { talksThenClips } from './speed/sources.ts';
import { prepareRawEngine, timePipeline } from './speed/throughput.ts';

const WARM_UP_SECONDS = 30;
const THROUGHPUT_SECONDS = 5 * 60;
const SHORT_SECONDS = 6 * 60;
const LONG_SECONDS = 60 * 60;
/** Each side is timed this often, in turns, and its best run counts: the one least disturbed by other programs. */
const ROUNDS = 2;
const LEAST_THROUGHPUT_RATIO = 0.9;
const MOST_TIME_RATIO = 1.05;
const MOST_MEMORY_RATIO = 1.2;

async function main({ data: folder }: { readonly data: string }): Promise<void> {
  if (!existsSync(folder)) {
    console.log(`There are no recordings to measure with in ${folder}; name a folder with --data.`);
    return;
  }
  const workDir = mkdtempSync(join(tmpdir(), 'icana-bench-'));
  const sources = talksThenClips(folder);
  const record = (name: string, seconds: number) => {
    const output = join(workDir, name);
    writeLongRecording({ sources, seconds, output });
    return output;
  };
  try {
    const warmUp = record('warm-up.wav', WARM_UP_SECONDS);
    await benchThroughput({ path: record('middle.wav', THROUGHPUT_SECONDS), warmUp, workDir });
    if (process.platform === 'linux') {
      await benchLength(record('short.wav', SHORT_SECONDS), record('long.wav', LONG_SECONDS));
    } else console.log('How time and memory grow is measured on Linux only.');
  } finally {
    rmSync(workDir, { recursive: true });
  }
}

/** Says how a figure stands to its goal. */
function check(what: string, value: number, goal: { least: number } | { most: number }): void {
  const [word, bound] = 'least' in goal ? ['least', goal.least] : ['most', goal.most];
  const met = word === 'least' ? value >= bound : value <= bound;
  console.log(`${what}: ${value.toFixed(2)} (goal: at ${word} ${bound})${met ? '' : ' MISSED'}`);
  if (!met) process.exitCode = 1;
}

interface ThroughputBench {
  readonly path: string;
  /** Transcribed first, untimed, so that all models are loaded. */
  readonly warmUp: string;
  readonly workDir: string;
}

async function benchThroughput({ path, warmUp, workDir }: ThroughputBench): Promise<void> {
  const processes = availableParallelism();
  const models = await openSpeechModels();
  console.log(`Timing ${ROUNDS} rounds with ${processes} engine processes …`);
  const engine = createEngine({ models, processes });
  const raw = await prepareRawEngine({ models, processes, path, workDir });
  try {
    await timePipeline(engine, warmUp);
    const pipelineSeconds: number[] = [];
    const rawSeconds: number[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      rawSeconds.push(await raw.time());
      pipelineSeconds.push(await timePipeline(engine, path));
    }
    const pipelineSpeed = THROUGHPUT_SECONDS / Math.min(...pipelineSeconds);
    const rawSpeed = THROUGHPUT_SECONDS / Math.min(...rawSeconds);
    console.log(`Raw engine: ${rawSpeed.toFixed(1)} s of audio a second`);
    console.log(`Pipeline: ${pipelineSpeed.toFixed(1)} s of audio a second`);
    const ratio = pipelineSpeed / rawSpeed;
    check('Pipeline throughput over raw engine throughput', ratio, { least: LEAST_THROUGHPUT_RATIO });
  } finally {
    engine.close();
    raw.close();
  }
}

/** The short one before and after the long one: so what else the machine does weighs on both alike. */
async function benchLength(short: string, long: string): Promise<void> {
  console.log('Transcribing six minutes, an hour, and six minutes again …');
  const [before, hour, after] = [await runAlone(short), await runAlone(long), await runAlone(short)];
  const shortSeconds = (before.seconds + after.seconds) / 2;
  const shortBytes = Math.max(before.peakBytes, after.peakBytes);
  console.log(`Six minutes: ${shortSeconds.toFixed(1)} s, ${megabytes(shortBytes)}`);
  console.log(`An hour: ${hour.seconds.toFixed(1)} s, ${megabytes(hour.peakBytes)}`);
  const linear = (shortSeconds * LONG_SECONDS) / SHORT_SECONDS;
  check('Time of an hour over ten times that of six minutes', hour.seconds / linear, {
    most: MOST_TIME_RATIO,
  });
  check('Memory of an hour over that of six minutes', hour.peakBytes / shortBytes, {
    most: MOST_MEMORY_RATIO,
  });
}

function megabytes(bytes: number): string {
  return `${Math.round(bytes / 1e6)} MB`;
}

const program = new Command('bench')
  .description('measure the speed and the memory of the engine')
  .option('--data <dir>', 'folder with recordings and references', SPEECH_FOLDER)
  .action(main);

await program.parseAsync().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
