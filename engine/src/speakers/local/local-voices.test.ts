import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { FRAMES_PER_SECOND, frameCountOf } from '../features/frames.ts';
import { piecesOf } from '../features/pieces.ts';
import { pcmOf } from '../recordings.fixture.ts';
import { findLocalVoices, type LocalVoices } from './local-voices.ts';
import { ANSWERS, loadSegmentationNet, WINDOW_SAMPLES, type SegmentationNet } from './segmentation-net.ts';
import { toneOf, toneSegmentationModel } from './tone-segmentation.fixture.ts';

/** What the model calls the first voice alone, the second, and both. */
const [FIRST, SECOND, BOTH] = [1, 2, 4];
/** The model sees 62 ms at once. */
const BLUR_SECONDS = 0.04;

const folder = mkdtempSync(join(tmpdir(), 'icana-segmentation-'));
const file = join(folder, 'model.onnx');
let net: SegmentationNet;
beforeAll(async () => {
  writeFileSync(file, toneSegmentationModel());
  net = await loadSegmentationNet(file);
});
afterAll(async () => {
  await net.close();
  rmSync(folder, { recursive: true });
});

/** What is heard in tones one after another, all of which is speech but for so much silence before it. */
async function hear(tones: readonly (readonly [voiceClass: number, seconds: number])[], silence = 0) {
  const parts = tones.map(([voiceClass, seconds]) => toneOf(voiceClass, seconds));
  const before = silence * 16_000;
  const samples = new Float32Array(parts.reduce((sum, { length }) => sum + length, before));
  let at = before;
  for (const part of parts) {
    samples.set(part, at);
    at += part.length;
  }
  const pcm = pcmOf(samples);
  const regions = [{ start: silence, end: samples.length / 16_000 }];
  const [piece] = piecesOf(regions, frameCountOf(samples.length));
  return findLocalVoices({ pcm, net }, piece!);
}

const borders = ({ stretches }: LocalVoices): number[] =>
  stretches.slice(1).map(({ firstFrame }) => firstFrame / FRAMES_PER_SECOND);

function expectTimes(found: readonly number[], wanted: readonly number[]) {
  expect(found).toHaveLength(wanted.length);
  found.forEach((time, i) => expect(Math.abs(time - wanted[i]!)).toBeLessThan(BLUR_SECONDS));
}

test('speech is cut where the voice changes and where a step of the net ends, and covered wholly', async () => {
  const found = await hear(
    [
      [FIRST, 3],
      [SECOND, 4],
      [FIRST, 4],
    ],
    2,
  );
  expectTimes(borders(found), [3, 7, 8]);
  const [first, last] = [found.stretches[0]!, found.stretches.at(-1)!];
  expect(first.firstFrame).toBe(0);
  expect(last.firstFrame + last.frameCount).toBe(11 * FRAMES_PER_SECOND - 2);
  expect(found.overlaps).toEqual([]);
});

test('where two speak at once the one who spoke goes on, and it is said when in the recording that is', async () => {
  const found = await hear(
    [
      [FIRST, 3],
      [BOTH, 1],
      [SECOND, 2],
    ],
    1.5,
  );
  expectTimes(borders(found), [4]);
  expectTimes(
    found.overlaps.flatMap(({ start, end }) => [start, end]),
    [4.5, 5.5],
  );
});

test('a moment of another voice is nobody, and a moment of two no overlap', async () => {
  const found = await hear([
    [FIRST, 2],
    [SECOND, 0.2],
    [FIRST, 2],
    [BOTH, 0.1],
    [FIRST, 2],
  ]);
  expect(found.stretches).toHaveLength(1);
  expect(found.overlaps).toEqual([]);
});

test('silence in speech belongs to who spoke', async () => {
  expect(
    borders(
      await hear([
        [SECOND, 2],
        [0, 1],
        [SECOND, 2],
      ]),
    ),
  ).toEqual([]);
});

test('the model answers for every window, and another model is refused', async () => {
  expect(await net.voicesIn(new Float32Array(WINDOW_SAMPLES))).toHaveLength(ANSWERS);
  const speakerNet = new URL('../voice/speaker-net.onnx', import.meta.url).pathname;
  const other = await loadSegmentationNet(speakerNet);
  await expect(other.voicesIn(new Float32Array(WINDOW_SAMPLES))).rejects.toThrow();
  await other.close();
});
