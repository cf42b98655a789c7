import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';

import { wavHeader } from '../../bench/speed/long-recording.ts';
import { FULL_SCALE, openPcmFile, SAMPLE_RATE } from '../audio/pcm-file.ts';
import { FRAME_SAMPLES, FRAME_SECONDS, type SpeechModel } from './detector.ts';
import { prepareRecording, type PreparedPart } from './prepare.ts';

const folder = mkdtempSync(join(tmpdir(), 'icana-prepare-'));
afterAll(() => rmSync(folder, { recursive: true }));

const output = join(folder, 'audio.pcm');

/** Takes every frame that is not silent for speech, and remembers what it was given. */
function listener() {
  const pushed: Float32Array[] = [];
  const model: SpeechModel = {
    detector: () => ({
      async push(samples) {
        pushed.push(samples);
        return Float32Array.from({ length: samples.length / FRAME_SAMPLES }, (_, index) =>
          samples.subarray(index * FRAME_SAMPLES, (index + 1) * FRAME_SAMPLES).some((sample) => sample !== 0)
            ? 1
            : 0,
        );
      },
    }),
  };
  return { model, pushed };
}

/** A square wave of some level (0 to 1) that sounds in the given seconds and is silent besides. */
async function prepare(seconds: number, sounds: (second: number) => boolean, level: number) {
  const samples = Int16Array.from({ length: seconds * SAMPLE_RATE }, (_, index) => {
    if (!sounds(index / SAMPLE_RATE)) return 0;
    return (Math.floor(index / 40) % 2 === 0 ? 1 : -1) * level * 32_767;
  });
  const input = join(folder, 'input.wav');
  writeFileSync(input, Buffer.concat([wavHeader(samples.length), Buffer.from(samples.buffer)]));
  const { model, pushed } = listener();
  const parts: PreparedPart[] = [];
  for await (const part of prepareRecording({ input, output, maxDurationSeconds: 3600 }, model))
    parts.push(part);
  return { samples, parts, pushed, heard: Float32Array.from(pushed.flatMap((block) => [...block])) };
}

test('the detector hears every sample once, in whole frames, and silence after the end', async () => {
  const { samples, heard, pushed } = await prepare(25.01, () => true, 0.5);
  expect(pushed.map(({ length }) => length % FRAME_SAMPLES)).toEqual(pushed.map(() => 0));
  expect(heard.length - samples.length).toBeLessThan(FRAME_SAMPLES);
  expect(heard.subarray(0, samples.length)).toEqual(
    Float32Array.from(samples, (sample) => sample / FULL_SCALE),
  );
  expect(heard.subarray(samples.length).every((sample) => sample === 0)).toBe(true);
  using pcm = openPcmFile(output);
  expect(pcm.sampleCount).toBe(samples.length);
});

test('a quiet recording is brought up to a usual level for the detector, a loud one is left as it is', async () => {
  expect(loudest((await prepare(3, () => true, 0.01)).heard)).toBeCloseTo(0.05, 3);
  expect(loudest((await prepare(3, () => true, 0.5)).heard)).toBeCloseTo(0.5, 3);
});

test('how loud it is comes out, a byte for each 96 ms, louder for what sounds louder', async () => {
  const { samples, parts } = await prepare(30, (second) => second < 12, 0.5);
  const levels = parts.flatMap((part) => [...part.levels]);
  expect(levels).toHaveLength(Math.ceil(samples.length / (3 * FRAME_SAMPLES)));
  expect(new Set(levels.slice(0, 124))).toEqual(new Set([Math.round(255 * 0.5 ** 0.6)]));
  expect(new Set(levels.slice(126))).toEqual(new Set([0]));
  const quiet = (await prepare(3, () => true, 0.005)).parts.flatMap((part) => [...part.levels]);
  expect(new Set(quiet.slice(0, -1))).toEqual(new Set([Math.round(255 * 0.005 ** 0.6)]));
});

test('windows come out while the recording is still being read, with the speech in each', async () => {
  const { parts } = await prepare(60, (second) => second % 10 < 6, 0.3);
  const windows = parts.flatMap((part) => part.windows);
  expect(parts.findIndex((part) => part.windows.length > 0)).toBeLessThan(parts.length - 2);
  expect(parts.flatMap((part) => part.regions)).toHaveLength(6);
  expect(windows).toHaveLength(6);
  for (const [index, window] of windows.entries()) {
    expect(window.start).toBeCloseTo(Math.max(0, index * 10 - 0.2), 0);
    expect(window.speech.length * FRAME_SECONDS).toBeCloseTo(window.end - window.start, 1);
    expect(window.speech.filter((probability) => probability === 1).length * FRAME_SECONDS).toBeCloseTo(6, 1);
  }
});

test('speech without a pause is cut in its quietest moment', async () => {
  const seconds = 30;
  const quietAt = 14.5;
  const { parts } = await prepare(seconds, (second) => Math.abs(second - quietAt) > 0.1, 0.3);
  const [first, second] = parts.flatMap((part) => part.windows);
  expect(first!.end).toBeCloseTo(quietAt, 0);
  expect(second!.start).toBeCloseTo(first!.end, 6);
});

function loudest(samples: Float32Array): number {
  return samples.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0);
}
