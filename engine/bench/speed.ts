/**
 * `npm run bench`: how fast the engine is beside the bare recogniser, and how its memory grows with the recording.
 * Everything is measured in one run on the same audio, so that ratios hold on any machine, however busy.
 */
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';

import { createEngine } from '../src/index.ts';
import { openSpeechModels } from '../src/models/speech-models.ts';
import { readDataFolder } from './references/data-folder.ts';
import { SPEECH_FOLDER } from './references/speech-folder.ts';
import { writeLongRecording } from './speed/long-recording.ts';
import { peakMemoryBytes } from './speed/peak-memory.ts';
import { prepareRawEngine, timePipeline } from './speed/throughput.ts';

const THROUGHPUT_SECONDS = 5 * 60;
const SHORT_SECONDS = 2 * 60;
const LONG_SECONDS = 13 * 60;
/** Each side is timed this often, in turns, and its best run counts: the one least disturbed by other programs. */
const ROUNDS = 2;
const LEAST_THROUGHPUT_RATIO = 0.7;
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
    const short = record('short.wav', SHORT_SECONDS);
    await benchThroughput({ path: record('middle.wav', THROUGHPUT_SECONDS), warmUp: short, workDir });
    if (process.platform === 'linux') await benchMemory(short, record('long.wav', LONG_SECONDS));
    else console.log('Memory is measured on Linux only.');
  } finally {
    rmSync(workDir, { recursive: true });
  }
}

/** Conversations first, for they make the speakers' part of the work what it is in earnest. */
function talksThenClips(folder: string): string[] {
  const { clips, conversations } = readDataFolder(folder);
  const talks = conversations.filter(({ lines }) => lines !== undefined);
  const english = clips.filter(({ language }) => language === 'en');
  const sources = [...talks, ...english].map(({ path }) => path);
  if (sources.length === 0) throw new Error(`${folder} holds no talks and no English clips.`);
  return sources;
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
    const ratio = (pipelineSpeed / rawSpeed).toFixed(2);
    console.log(
      `Pipeline throughput over raw engine throughput: ${ratio} (goal: at least ${LEAST_THROUGHPUT_RATIO})`,
    );
  } finally {
    engine.close();
    raw.close();
  }
}

async function benchMemory(short: string, long: string): Promise<void> {
  const shortBytes = await peakMemoryBytes(short);
  const longBytes = await peakMemoryBytes(long);
  console.log(`Peak memory of a 2-minute recording: ${megabytes(shortBytes)}`);
  console.log(`Peak memory of a 13-minute recording: ${megabytes(longBytes)}`);
  const ratio = (longBytes / shortBytes).toFixed(2);
  console.log(`Memory of 13 minutes over memory of 2 minutes: ${ratio} (goal: at most ${MOST_MEMORY_RATIO})`);
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
