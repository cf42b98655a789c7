import { expect, test } from 'vitest';

import { FRAME_SAMPLES } from '../speech/detector.ts';
import { frameStart } from './encoder-frames.ts';
import { speechOfFrames } from './speech-mask.ts';

const SECONDS = 3;

/** A quiet hiss with a loud tone in some places. */
function soundWith(tones: readonly [from: number, to: number][], level = 0.3): Float32Array {
  return Float32Array.from({ length: SECONDS * 16_000 }, (_, index) => {
    const hiss = 0.001 * Math.sin(index * 1.7);
    const isTone = tones.some(([from, to]) => index >= from * 16_000 && index < to * 16_000);
    return hiss + (isTone ? level * Math.sin(index * 0.2) : 0);
  });
}

const heard = (probability: number) =>
  new Float32Array(Math.ceil((SECONDS * 16_000) / FRAME_SAMPLES)).fill(probability);

function spokenSeconds(samples: Float32Array, speech: Float32Array): number[] {
  const frames = speechOfFrames({ samples, speech }, Math.floor((SECONDS - 0.04) / 0.024));
  return [...frames.keys()].filter((frame) => frames[frame]! > 0.5).map(frameStart);
}

test('loud sound that the detector takes for speech is speech, to the frame', () => {
  const spoken = spokenSeconds(soundWith([[1, 2]]), heard(0.9));
  expect(spoken[0]).toBeCloseTo(1, 1);
  expect(spoken.at(-1)).toBeCloseTo(2, 1);
  expect(spoken.length * 0.024).toBeCloseTo(1, 1);
});

test('loud sound that the detector does not take for speech is silence', () => {
  expect(spokenSeconds(soundWith([[1, 2]]), heard(0.1))).toEqual([]);
});

test('what the detector takes for speech where nothing sounds is silence', () => {
  expect(spokenSeconds(soundWith([[0.5, 1], [2, 2.5]]), heard(0.9)).filter((at) => at > 1.1 && at < 1.9)).toEqual([]); // prettier-ignore
});

test('a click is silence and the closure of a stop is speech', () => {
  const spoken = spokenSeconds(soundWith([[0.3, 0.32], [1, 1.5], [1.58, 2]]), heard(0.9)); // prettier-ignore
  expect(spoken.filter((at) => at < 0.9)).toEqual([]);
  expect(spoken.filter((at) => at > 1.48 && at < 1.6)).toHaveLength(4);
});

test('a voice 40 dB below another is speech where seconds lie between them', () => {
  const samples = new Float32Array(2 * SECONDS * 16_000);
  samples.set(soundWith([[0, 0.5]], 0.9));
  samples.set(soundWith([[1.5, 2.5]], 0.009), SECONDS * 16_000);
  const frames = speechOfFrames({ samples, speech: new Float32Array(400).fill(0.9) }, 240);
  const spoken = [...frames.keys()].filter((frame) => frames[frame]! > 0.5).map(frameStart);
  expect(spoken.find((at) => at > SECONDS)).toBeCloseTo(SECONDS + 1.5, 1);
  expect(spoken.at(-1)).toBeCloseTo(SECONDS + 2.5, 1);
});

test('probabilities between silence and speech count in part', () => {
  const frames = speechOfFrames({ samples: soundWith([[0, 3]]).fill(0, 0, 8000), speech: heard(0.325) }, 100);
  expect(frames[60]).toBeCloseTo(0.5, 5);
});

test('digital silence, and a window without probabilities, give no speech and no NaN', () => {
  const silence = { samples: new Float32Array(16_000), speech: new Float32Array(0) };
  expect([...speechOfFrames(silence, 40)]).toEqual(Array.from({ length: 40 }, () => 0));
  expect(speechOfFrames({ samples: new Float32Array(0), speech: new Float32Array(0) }, 0)).toHaveLength(0);
});
