import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { copyFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, afterEach, expect, test } from 'vitest';

import { describeWithSpeech, speechFile, speechFiles } from '../../test/support/speech-recordings.ts';
import { writeLongRecording } from '../bench/speed/long-recording.ts';
import {
  composeTranscript,
  createEngine,
  EngineCrashedError,
  recountSpeakers,
  SECONDS_PER_LEVEL,
  UnusableAudioError,
  type Engine,
  type EngineOptions,
  type PreparedRecording,
  type RecognisedChunk,
  type Transcript,
} from './index.ts';
import { openSpeechModels } from './models/speech-models.ts';
import { toneSegmentationModel } from './speakers/local/tone-segmentation.fixture.ts';

const SAMPLE = path.resolve(import.meta.dirname, '../../server/sample/conversation.mp3');
const JFK = 'ask not what your country can do for you ask what you can do for your country';

const temporaryDirectory = mkdtempSync(path.join(tmpdir(), 'icana-engine-test-'));
const kept = mkdtempSync(path.join(tmpdir(), 'icana-engine-kept-'));
let engine: Engine;

async function start(options: Partial<EngineOptions> = {}): Promise<Engine> {
  engine = createEngine({ models: await openSpeechModels(), processes: 2, temporaryDirectory, ...options });
  return engine;
}

afterAll(() => {
  for (const folder of [temporaryDirectory, kept]) rmSync(folder, { recursive: true, force: true });
});

afterEach(() => {
  engine.close();
  expect(readdirSync(temporaryDirectory), 'decoded audio is left behind').toEqual([]);
});

async function textOf(file: string): Promise<string> {
  const { segments } = await engine.transcribe({ path: file });
  const text = segments.map((segment) => segment.text).join(' ');
  return text.toLowerCase().replace(/[^a-z' ]/g, '');
}

const wordsOf = ({ segments }: Transcript) => segments.flatMap(({ words }) => words);

/** Waits for engine processes to be there, then ends one of them the hard way. */
async function killOne(): Promise<void> {
  while (engine.pids().length === 0) await delay(5);
  process.kill(engine.pids().at(-1)!, 'SIGKILL');
}

test('a file that is no audio is refused and the next one is served', async () => {
  await start();
  await expect(engine.probe(import.meta.filename)).rejects.toThrow(UnusableAudioError);
  await expect(engine.transcribe({ path: import.meta.filename })).rejects.toThrow(/holds no audio/);
  expect(engine.pids()).toHaveLength(2);
});

test('a probe refuses what a transcription would: more than the longest recording', async () => {
  await start({ maxDurationSeconds: 5 });
  await expect(engine.probe(SAMPLE)).rejects.toThrow(/longer than/);
});

test('a recording that ends in the middle of speech has nothing after its end, however many are told apart', async () => {
  await start();
  const cut = path.join(kept, 'cut.wav');
  writeLongRecording({ sources: [SAMPLE], seconds: 3.405, output: cut });
  const { durationSeconds, segments, speakerEvidence } = await engine.transcribe({ path: cut });
  expect(durationSeconds).toBe(3.405);
  expect(segments.at(-1)).toMatchObject({
    end: durationSeconds,
    text: expect.stringMatching(/when the next$/),
  });
  expect(recountSpeakers(speakerEvidence!, { numSpeakers: 1 }).at(-1)?.end).toBe(durationSeconds);
});

test('how much memory a process may take is asked for while it lives: a larger model may have come', async () => {
  let limitMb = 2000;
  const models = {
    ...(await openSpeechModels()),
    get memoryMb() {
      return limitMb;
    },
  };
  await start({ models });
  await engine.warmUp();
  await delay(1500);
  expect(engine.pids()).toHaveLength(2);
  limitMb = 20;
  await expect.poll(() => engine.pids(), { timeout: 5000 }).toEqual([]);
});

test.each([
  ['before it has begun', 'before'],
  ['in its first moment', 'after'],
] as const)('a transcription cancelled %s ends with the reason', async (_, moment) => {
  await start();
  const controller = new AbortController();
  const { signal } = controller;
  if (moment === 'before') controller.abort(new Error('Not now.'));
  const cancelled = engine.transcribe({ path: SAMPLE }, { signal });
  controller.abort(new Error('Not now.'));
  await expect(cancelled).rejects.toThrow('Not now.');
});

test('closing the engine ends a transcription under way', async () => {
  await start();
  const closed = engine.transcribe({ path: SAMPLE }, { onProgress: () => engine.close() });
  await expect(closed).rejects.toThrow(EngineCrashedError);
  await expect(engine.probe(SAMPLE)).rejects.toThrow('The engine was closed.');
});

test('a model that hears two people at once has words marked, and the others as they were', async () => {
  const segmentation = path.join(kept, 'segmentation.onnx');
  // The first and the second voice, all the time.
  await writeFile(segmentation, toneSegmentationModel([0, 0, 0, 0, 1e6]));
  await start();
  const alone = await engine.transcribe({ path: SAMPLE });
  engine.close();
  await start({ models: { ...(await openSpeechModels()), segmentation } });
  const marked = await engine.transcribe({ path: SAMPLE });
  expect(wordsOf(alone).some(({ overlap }) => overlap)).toBe(false);
  expect(wordsOf(marked)).toEqual(wordsOf(alone).map((word) => ({ ...word, overlap: true })));
});

describeWithSpeech('on real speech', () => {
  const jfk = speechFile('containers/jfk.mp3');

  test('words come in order, within the recording, with their times and confidence', async () => {
    await start();
    const progress: number[] = [];
    const transcript = await engine.transcribe(
      { path: jfk },
      { onProgress: (fraction) => progress.push(fraction) },
    );
    expect(transcript).toMatchObject({ durationSeconds: 11, speakerCount: 1, suppressed: [] });
    const words = transcript.segments.flatMap((segment) => segment.words);
    for (const [index, word] of words.entries()) {
      expect(word.start).toBeGreaterThanOrEqual(words[index - 1]?.end ?? 0);
      expect(word.end).toBeGreaterThan(word.start);
      expect(word.confidence).toBeGreaterThan(0);
    }
    expect(words.at(-1)!.end).toBeLessThan(11);
    const levels = Buffer.from(transcript.levels!, 'base64');
    expect(levels).toHaveLength(Math.ceil(11 / SECONDS_PER_LEVEL));
    expect(Math.max(...levels)).toBeGreaterThan(50);
    expect(progress).toEqual([...progress].sort((a, b) => a - b));
    expect(progress.at(-1)).toBe(1);
  });

  test('steps taken apart, with their results sent as text, give the same transcript', async () => {
    await start();
    const talk = speechFile('diarization/sim2_a.flac');
    const recognised: Promise<string>[] = [];
    const prepared = await engine.prepare(
      { path: talk },
      {
        async onChunk({ number, path: file }) {
          const copy = path.join(kept, `chunk-${number}`);
          await copyFile(file, copy);
          recognised.push(engine.recogniseChunk({ path: copy }).then((chunk) => JSON.stringify(chunk)));
        },
      },
    );
    expect(recognised).toHaveLength(prepared.chunkCount);
    expect(prepared.chunkCount).toBeGreaterThan(1);
    const chunks = (await Promise.all(recognised)).map((text) => JSON.parse(text) as RecognisedChunk);
    const whole = composeTranscript(JSON.parse(JSON.stringify(prepared)) as PreparedRecording, chunks);
    expect(whole).toEqual(await engine.transcribe({ path: talk }));
  });

  test('an engine process killed again and again does not harm the transcript', async () => {
    await start();
    const text = textOf(jfk);
    for (const pauseMs of [50, 900]) {
      await delay(pauseMs);
      await killOne();
    }
    expect(await text).toContain(JFK);
  });

  test('an operation that is killed every time fails instead of going on for ever', async () => {
    await start({ memoryLimitMb: 20 });
    await expect(engine.transcribe({ path: jfk })).rejects.toThrow(EngineCrashedError);
    await expect(engine.transcribe({ path: jfk })).rejects.toThrow(/more than 20 MB/);
  });

  test('an engine process that hangs is ended', async () => {
    await start({ processes: 1, silenceLimitSeconds: 15 });
    const text = textOf(jfk);
    while (engine.pids().length === 0) await delay(5);
    const [stopped] = engine.pids();
    process.kill(stopped!, 'SIGSTOP');
    expect(await text).toContain(JFK);
    expect(engine.pids()).not.toContain(stopped);
  });

  test('a cancelled transcription ends at once with the reason and the engine goes on', async () => {
    await start();
    const controller = new AbortController();
    const cancelled = engine.transcribe(
      { path: speechFile('diarization/sim2_a.flac') },
      {
        signal: controller.signal,
        onProgress: () => controller.abort(new Error('The customer changed his mind.')),
      },
    );
    await expect(cancelled).rejects.toThrow('The customer changed his mind.');
    expect(await textOf(jfk)).toContain(JFK);
  });

  test('a short recording overtakes a long one', async () => {
    await start();
    const controller = new AbortController();
    const long = engine
      .transcribe({ path: speechFile('diarization/sim4_overlap.flac') }, { signal: controller.signal })
      .then(() => 'long');
    const short = engine.transcribe({ path: jfk }).then(() => 'short');
    expect(await Promise.race([long, short])).toBe('short');
    controller.abort(new Error('Seen enough.'));
    await expect(long).rejects.toThrow('Seen enough.');
  });

  test('two recordings at once do not mix', async () => {
    await start();
    const [left, right] = await Promise.all([textOf(jfk), textOf(speechFile('containers/p001.mp3'))]);
    expect(left).toContain(JFK);
    expect(right).toContain('from fairest creatures we desire');
  });

  test.each(speechFiles('bad'))(
    'bad %s ends in a clear refusal or a transcript',
    { timeout: 60_000 },
    async (name) => {
      await start({ processes: 1 });
      const outcome = await engine
        .transcribe({ path: speechFile(`bad/${name}`) })
        .catch((error: unknown) => error);
      if (outcome instanceof Error) expect(outcome).toBeInstanceOf(UnusableAudioError);
      else expect(outcome).toHaveProperty('segments');
      expect(await engine.probe(jfk)).toHaveProperty('container', 'mp3');
    },
  );

  test('engine processes end with the process that started them, even one killed', async () => {
    await start();
    const script = `
      import { createEngine } from '${path.join(import.meta.dirname, 'index.ts')}';
      const engine = createEngine({ models: { speechDetector: '', memoryMb: 2000 } });
      await engine.probe('${jfk}');
      console.log(engine.pids()[0]);
      process.kill(process.pid, 'SIGKILL');`;
    const orphan = await run(script);
    while (processIds().includes(orphan)) await delay(50);
  });
});

/** Runs a program that kills itself; gives the number it wrote. */
async function run(script: string): Promise<number> {
  const child = spawn(process.execPath, ['--input-type=module-typescript', '-e', script], { stdio: 'pipe' });
  const [output] = await Promise.all([
    child.stdout.setEncoding('utf8').toArray(),
    new Promise((end) => child.once('exit', end)),
  ]);
  return Number(output.join(''));
}

function processIds(): number[] {
  return execFileSync('ps', ['-A', '-o', 'pid='], { encoding: 'utf8' }).split('\n').map(Number);
}
