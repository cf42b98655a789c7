import { array, assert, double, property, record } from 'fast-check';
import { expect, test } from 'vitest';

import type { Interval } from '../types.ts';
import { cutWindows } from './windows.ts';

const neverCut = () => {
  throw new Error('no speech should be cut here');
};

function windowsOf(regions: Interval[], quietest: (within: Interval) => number = neverCut) {
  const cutter = cutWindows(quietest);
  return [...cutter.push(regions), ...cutter.finish()];
}

test('regions with short pauses between them are recognised together, with 0.2 s of air', () => {
  const windows = windowsOf([
    { start: 1, end: 4 },
    { start: 4.5, end: 9 },
  ]);
  expect(windows).toEqual([{ start: 0.8, end: 9.2 }]);
});

test('a pause of 1.2 s ends a window', () => {
  expect(
    windowsOf([
      { start: 1, end: 4 },
      { start: 5.2, end: 9 },
    ]),
  ).toHaveLength(2);
});

test('what would grow past 20 s is cut at the longest pause that leaves at least 8 s', () => {
  const windows = windowsOf([
    { start: 0, end: 3 },
    { start: 4.1, end: 9 },
    { start: 9.8, end: 14 },
    { start: 14.4, end: 19 },
    { start: 19.4, end: 23 },
  ]);
  expect(windows.map(({ start, end }) => [round(start), round(end)])).toEqual([
    [0, 9.2],
    [9.6, 23.2],
  ]);
});

test('speech without a pause is cut where it is quietest', () => {
  const windows = windowsOf([{ start: 2, end: 30 }], (within) => {
    expect(within).toEqual({ start: 10, end: 22 });
    return 17;
  });
  expect(windows).toEqual([
    { start: 1.8, end: 17 },
    { start: 17, end: 30.2 },
  ]);
});

test('air never reaches into the speech of the next window', () => {
  const windows = windowsOf([
    { start: 0, end: 15 },
    { start: 15.3, end: 29 },
  ]);
  expect(windows[0]!.end).toBeCloseTo(15.15);
  expect(windows[1]!.start).toBeCloseTo(15.15);
});

const between = (min: number, max: number) => double({ min, max, noNaN: true });

test('any speech is covered once, in order, by windows of at most 20 s and their air', () => {
  const stretches = array(record({ pause: between(0.18, 4), speech: between(0.3, 50) }));
  assert(
    property(stretches, (list) => {
      let time = 0;
      const regions = list.map(({ pause, speech }) => ({ start: (time += pause), end: (time += speech) }));
      const windows = windowsOf(regions, ({ start, end }) => (start + end) / 2);
      for (const [index, window] of windows.entries()) {
        expect(window.end - window.start).toBeLessThanOrEqual(20.4 + 1e-9);
        if (index > 0) expect(window.start).toBeGreaterThanOrEqual(windows[index - 1]!.end - 1e-9);
      }
      for (const region of regions) {
        const covered = windows.reduce((sum, window) => sum + overlap(region, window), 0);
        expect(covered).toBeCloseTo(region.end - region.start, 6);
      }
    }),
  );
});

function overlap(a: Interval, b: Interval): number {
  return Math.max(0, Math.min(a.end, b.end) - Math.max(a.start, b.start));
}

function round(seconds: number): number {
  return Math.round(seconds * 1000) / 1000;
}
