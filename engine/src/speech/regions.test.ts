import { expect, test } from 'vitest';

import { FRAME_SECONDS } from './detector.ts';
import { trackRegions } from './regions.ts';

/** Frames of one probability, lasting about so many seconds. */
const lasting = (seconds: number, probability: number) =>
  new Float32Array(Math.round(seconds / FRAME_SECONDS)).fill(probability);

function regionsOf(...stretches: Float32Array[]) {
  const tracker = trackRegions();
  return [...stretches.flatMap((stretch) => tracker.push(stretch)), ...tracker.finish()];
}

test('speech becomes a region with a little air on both sides', () => {
  const [region, ...others] = regionsOf(lasting(1, 0), lasting(2, 0.9), lasting(1, 0));
  expect(others).toEqual([]);
  expect(region!.start).toBeCloseTo(1 - 0.06, 1);
  expect(region!.end).toBeCloseTo(3 + 0.06, 1);
});

test('a pause under 0.3 s does not end a region, a longer one does', () => {
  expect(regionsOf(lasting(1, 0.9), lasting(0.2, 0), lasting(1, 0.9))).toHaveLength(1);
  expect(regionsOf(lasting(1, 0.9), lasting(0.5, 0), lasting(1, 0.9))).toHaveLength(2);
});

test('speech that fades goes on until the lower threshold', () => {
  const [region] = regionsOf(lasting(1, 0.9), lasting(1, 0.3), lasting(1, 0));
  expect(region!.end).toBeGreaterThan(2);
});

test('a click is no speech', () => {
  expect(regionsOf(lasting(1, 0), lasting(0.1, 0.99), lasting(1, 0))).toEqual([]);
});

test('speech up to the last frame ends with the recording', () => {
  const frames = lasting(2, 0.9);
  expect(regionsOf(frames)).toEqual([{ start: 0, end: frames.length * FRAME_SECONDS }]);
});

test('regions are given out as soon as they are final', () => {
  const tracker = trackRegions();
  expect(tracker.push(lasting(1, 0.9))).toEqual([]);
  expect(tracker.push(lasting(0.5, 0))).toHaveLength(1);
  expect(tracker.finish()).toEqual([]);
});
