import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, afterEach, expect, onTestFinished, test, vi } from 'vitest';

import { SAMPLE_RATE } from '../audio/pcm-file.ts';
import { openSpeechModels } from '../models/speech-models.ts';
import { seededRandom } from '../speakers/random.ts';
import { EngineCrashedError, EngineOperationError } from './engine-process.ts';
import { createEnginePool, type EnginePool } from './pool.ts';

const SAMPLE = path.resolve(import.meta.dirname, '../../../server/sample/conversation.mp3');
const SAMPLE_SECONDS = 22.6;

const folder = mkdtempSync(path.join(tmpdir(), 'icana-pool-'));
afterAll(() => rmSync(folder, { recursive: true }));

const models = await openSpeechModels();
const limits = { memoryMb: () => 2000, silenceSeconds: 60 };

let pool: EnginePool;
afterEach(() => pool.close());

function start(options: Partial<Parameters<typeof createEnginePool>[0]> = {}): EnginePool {
  pool = createEnginePool({ processes: 1, models, limits, ...options });
  return pool;
}

const probe = (lane = pool.openLane()) => lane.run('probe', { path: SAMPLE });

function prepare(onEvent: (decodedSeconds: number) => void = () => undefined, lane = pool.openLane()) {
  const input = { input: SAMPLE, output: path.join(folder, 'audio.pcm'), maxDurationSeconds: 60 };
  return lane.run('prepare', input, { onEvent: (part) => onEvent(part.decodedSeconds) });
}

test('processes are started for work, no more than allowed, and used again', async () => {
  start({ processes: 2 });
  expect(pool.pids()).toEqual([]);
  await Promise.all([probe(), probe(), probe()]);
  const pids = pool.pids();
  expect(pids).toHaveLength(2);
  await Promise.all([probe(), probe()]);
  expect(new Set(pool.pids())).toEqual(new Set(pids));
});

test('a process that dies while it has nothing to do is missed by nobody', async () => {
  start();
  await probe();
  const [first] = pool.pids();
  process.kill(first!, 'SIGKILL');
  await expect(probe(), 'asked before its end is known').resolves.toHaveProperty('container', 'mp3');
  const [second] = pool.pids();
  process.kill(second!, 'SIGKILL');
  while (pool.pids().length > 0) await delay(5);
  await expect(probe(), 'asked after it').resolves.toHaveProperty('container', 'mp3');
});

test('the speech library is not let tell its maker, nor write into the temporary folder', async () => {
  const temporary = mkdtempSync(path.join(folder, 'temporary-'));
  vi.stubEnv('TMPDIR', temporary);
  vi.stubEnv('ORT_DISABLE_TELEMETRY', undefined);
  onTestFinished(() => void vi.unstubAllEnvs());
  start();
  await prepare();
  expect(readdirSync(temporary)).toEqual([]);
});

test('what an operation has reported is not reported again when it is done again', async () => {
  start();
  const undisturbed: number[] = [];
  await prepare((seconds) => undisturbed.push(seconds));
  const disturbed: number[] = [];
  await prepare((seconds) => {
    disturbed.push(seconds);
    if (disturbed.length < 3) process.kill(pool.pids()[0]!, 'SIGKILL');
  });
  expect(disturbed).toEqual(undisturbed);
  expect(disturbed.length).toBeGreaterThan(2);
});

test('telling speakers apart says all the way how far it has come: it takes longer than silence may last', async () => {
  start();
  const pcm = path.join(folder, 'noise.pcm');
  const random = seededRandom(4);
  const noise = Int16Array.from({ length: 180 * SAMPLE_RATE }, () => 3000 * (random() - 0.5));
  writeFileSync(pcm, noise);
  const regions = [
    { start: 0, end: 20 },
    { start: 30, end: 180 },
  ];
  const reached: number[] = [];
  const input = { pcm, channelLevels: path.join(folder, 'none.levels'), regions, hint: {} };
  await pool.openLane().run('speakers', input, { onEvent: (seconds) => reached.push(seconds) });
  expect(reached).toEqual([20, 80, 130, 180]);
});

test('a probe says that it goes on while it still counts, however long the recording is', async () => {
  start();
  const endless = path.join(folder, 'endless.mp3');
  execFileSync('mkfifo', [endless]);
  const counted: number[] = [];
  const onEvent = (seconds: number) => counted.push(seconds);
  const probed = pool.openLane().run('probe', { path: endless }, { onEvent });
  const line = await open(endless, 'w');
  // It ends only when it has been heard of.
  for (const sample = readFileSync(SAMPLE); counted.length === 0; await delay(10)) await line.write(sample);
  await line.close();
  expect((await probed).durationSeconds).toBeGreaterThanOrEqual(counted.at(-1)!);
});

test('closing rejects what runs, what waits and what comes later', async () => {
  start();
  const outcomes = Promise.allSettled([probe(), probe(), probe()]);
  pool.close();
  const later = probe();
  await expect(later).rejects.toThrow(EngineCrashedError);
  for (const outcome of await outcomes) {
    expect(outcome).toMatchObject({ status: 'rejected', reason: { message: 'The engine was closed.' } });
  }
  while (pool.pids().length > 0) await delay(5);
});

test('a lane that was cancelled takes nothing more, and starts nothing for it', async () => {
  start();
  const lane = pool.openLane();
  lane.cancel(new Error('Not wanted.'));
  lane.cancel(new Error('Still not wanted.'));
  await expect(probe(lane)).rejects.toThrow('Not wanted.');
  expect(pool.pids()).toEqual([]);
});

test('cancelling ends what runs and waits in the lane, and nothing of the others', async () => {
  start();
  const [gone, kept] = [pool.openLane(), pool.openLane()];
  const cancelled = Promise.allSettled([probe(gone), probe(gone)]);
  const other = probe(kept);
  gone.cancel(new Error('Not wanted.'));
  for (const outcome of await cancelled) {
    expect(outcome).toMatchObject({ status: 'rejected', reason: { message: 'Not wanted.' } });
  }
  expect(await other).toHaveProperty('container', 'mp3');
});

test('cancelling what has just ended harms nobody', async () => {
  start();
  const lane = pool.openLane();
  expect(await probe(lane).finally(() => lane.cancel(new Error('Too late.')))).toHaveProperty('container');
  expect(await probe()).toHaveProperty('container', 'mp3');
});

test('a cancelled operation reports nothing more', async () => {
  start();
  const lane = pool.openLane();
  let events = 0;
  const cancelled = prepare(() => {
    events++;
    lane.cancel(new Error('Not wanted.'));
  }, lane);
  await expect(cancelled).rejects.toThrow('Not wanted.');
  while (pool.pids().length > 0) await delay(5);
  expect(events).toBe(1);
});

test.each([
  ['is not there', '/nowhere/node'],
  ['cannot be run at all', 'no\0de'],
])('where the program of an engine process %s, work fails after three tries', async (_, program) => {
  const { execPath } = process;
  onTestFinished(() => void (process.execPath = execPath));
  start();
  process.execPath = program;
  await expect(Promise.all([probe(), probe()])).rejects.toThrow(EngineCrashedError);
  expect(pool.pids()).toEqual([]);
  process.execPath = execPath;
  expect(await probe()).toHaveProperty('container', 'mp3');
});

test('a model that could not be loaded is loaded once it is there', async () => {
  const speechDetector = path.join(folder, 'detector.onnx');
  start({ models: { ...models, speechDetector } });
  await expect(prepare()).rejects.toThrow(EngineOperationError);
  symlinkSync(models.speechDetector, speechDetector);
  expect(await prepare()).toBeCloseTo(SAMPLE_SECONDS, 0);
});
