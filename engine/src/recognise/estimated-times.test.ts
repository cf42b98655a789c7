import { expect, test } from 'vitest';

import { SAMPLE_RATE } from '../audio/pcm-file.ts';
import { FRAME_SECONDS } from '../speech/detector.ts';
import { estimateTimes } from './estimated-times.ts';

/** A tone, which the detector is said to hear as speech, wherever it is between two of the edges. */
function tones(seconds: number, ...edges: readonly [number, number][]) {
  const isOn = (time: number) => edges.some(([start, end]) => time >= start && time < end);
  const samples = Float32Array.from({ length: seconds * SAMPLE_RATE }, (_, index) =>
    isOn(index / SAMPLE_RATE) ? 0.3 * Math.sin(index / 4) : 0,
  );
  const frames = Math.ceil(seconds / FRAME_SECONDS);
  const speech = Float32Array.from({ length: frames }, (_, frame) => (isOn(frame * FRAME_SECONDS) ? 1 : 0));
  return { samples, speech };
}

test('words share speech by their lengths and leave the pauses free', () => {
  const [first, second, third] = estimateTimes([5, 5, 10], tones(5, [1, 2], [3, 4]));
  expect(first!.start).toBeCloseTo(1, 1);
  expect(first!.end).toBeCloseTo(1.5, 1);
  expect(second!.start).toBeCloseTo(1.5, 1);
  expect(second!.end).toBeCloseTo(2, 1);
  expect(third!.start).toBeCloseTo(3, 1);
  expect(third!.end).toBeCloseTo(4, 1);
});

test('no word has a pause inside: it lies where more of it would be', () => {
  const [first, second] = estimateTimes([6, 6], tones(6, [1, 2.2], [3, 4]));
  expect(first).toEqual({ start: expect.closeTo(1, 1), end: expect.closeTo(2.1, 1) });
  expect(second).toEqual({ start: expect.closeTo(3, 1), end: expect.closeTo(4, 1) });
});

test.each([[[1, 1, 1, 1, 1, 1, 1, 1]], [[40, 1, 40]], [[1]], [[3, 200, 1, 1]]])(
  'words of %j characters are in order, without overlap and within the window',
  (lengths) => {
    for (const window of [tones(2, [0.3, 1.1], [1.3, 1.9]), tones(2), tones(0.2, [0, 0.2])]) {
      let earliest = 0;
      for (const { start, end } of estimateTimes(lengths, window)) {
        expect(start).toBeGreaterThanOrEqual(earliest);
        expect(end).toBeGreaterThan(start);
        earliest = end;
      }
      expect(earliest).toBeLessThanOrEqual(window.samples.length / SAMPLE_RATE);
    }
  },
);
