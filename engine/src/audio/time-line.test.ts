import { expect, test } from 'vitest';

import { createTimeLine, type StampedSound } from './time-line.ts';

const at = (start: number | undefined, seconds = 1): StampedSound => ({ start, seconds });

function place(origin: number, sounds: readonly StampedSound[]) {
  const line = createTimeLine(origin);
  const silences = sounds.map((sound) => Math.round(line.place(sound) * 1000) / 1000);
  return { silences, seconds: Math.round(line.seconds * 1000) / 1000 };
}

test('sound without a gap follows on itself', () => {
  expect(place(0, [at(0), at(1), at(2)])).toEqual({ silences: [0, 0, 0], seconds: 3 });
});

test('what is missing is silence, so that what comes later keeps its place', () => {
  expect(place(0, [at(0), at(61), at(62.5)])).toEqual({ silences: [0, 60, 0.5], seconds: 63.5 });
});

test('sound that begins after the picture begins with silence, and a recording may begin at any stamp', () => {
  expect(place(5000, [at(5000.5), at(5001.5)])).toEqual({ silences: [0.5, 0], seconds: 2.5 });
});

test('stamps that tremble by a few milliseconds are no gaps, but many small gaps are one', () => {
  expect(place(0, [at(0.01), at(0.99), at(2.02)])).toEqual({ silences: [0, 0, 0], seconds: 3 });
  const drifting = Array.from({ length: 500 }, (_, index) => at(index * 1.001));
  expect(place(0, drifting).seconds).toBeCloseTo(500.5, 1);
});

test('sound without stamps follows what was before it', () => {
  expect(place(0, [at(undefined), at(undefined), at(2)])).toEqual({ silences: [0, 0, 0], seconds: 3 });
  expect(place(0, [at(5), at(undefined)])).toEqual({ silences: [5, 0], seconds: 7 });
});

test('a counter that begins anew, or jumps by hours, moves nothing', () => {
  expect(place(0, [at(0), at(1), at(0), at(1)])).toEqual({ silences: [0, 0, 0, 0], seconds: 4 });
  expect(place(0, [at(0), at(95_443), at(95_444)])).toEqual({ silences: [0, 0, 0], seconds: 3 });
});

test('sound that overlaps by its stamps is kept, and the next gap makes up for it', () => {
  expect(place(0, [at(0), at(0.5), at(4)])).toEqual({ silences: [0, 0, 2], seconds: 5 });
});
