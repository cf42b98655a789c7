import { describe, expect, test } from 'vitest';

import { barsOf } from './waveform-bars.ts';

const SPOKEN = [
  { start: 0, end: 4, speaker: 1 },
  { start: 4, end: 4.6, speaker: 2 },
  { start: 4.6, end: 5.4, speaker: 3 },
];

describe('a waveform', () => {
  test('is as high as the loudest of each bar, in the colour of who speaks most in it', () => {
    const levels = Uint8Array.from({ length: 100 }, (_, index) =>
      index === 45 ? 255 : index === 3 ? 51 : 0,
    );
    const bars = barsOf({
      durationSeconds: 10,
      loudness: { levels, secondsPerLevel: 0.1 },
      spoken: SPOKEN,
      count: 10,
    });
    expect(bars.map(({ height }) => height)).toEqual([0.2, 0, 0, 0, 1, 0, 0, 0, 0, 0]);
    expect(bars.map(({ speaker }) => speaker)).toEqual([1, 1, 1, 1, 2, 3, ...Array(4).fill(undefined)]);
  });

  test('has every bar where there are fewer levels than bars', () => {
    const loudness = { levels: Uint8Array.of(255, 0), secondsPerLevel: 0.1 };
    const bars = barsOf({ durationSeconds: 0.2, loudness, spoken: [], count: 4 });
    expect(bars.map(({ height }) => height)).toEqual([1, 1, 0, 0]);
  });

  test('is flat where it is not known how loud it was, and still shows who speaks', () => {
    const bars = barsOf({ durationSeconds: 10, loudness: null, spoken: SPOKEN, count: 2 });
    expect(new Set(bars.map(({ height }) => height)).size).toBe(1);
    expect(bars.map(({ speaker }) => speaker)).toEqual([1, 3]);
  });

  test('takes what goes on beyond the end of the recording as far as it goes', () => {
    const spoken = [{ start: 9, end: 12, speaker: 1 }];
    const bars = barsOf({ durationSeconds: 10, loudness: null, spoken, count: 5 });
    expect(bars.at(-1)?.speaker).toBe(1);
  });
});
