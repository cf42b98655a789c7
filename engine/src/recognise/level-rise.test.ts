import { expect, test } from 'vitest';

import { describeWithSpeech, speechFile } from '../../../test/support/speech-recordings.ts';
import { decodeFile } from '../speakers/recordings.fixture.ts';
import { levelRiseDb } from './level-rise.ts';

const steadyNoise = Float32Array.from(
  { length: 64_000 },
  (_, i) => ((i * 7919 + ((i * i) % 10_007)) % 2003) / 2003 - 0.5,
);

test('steady noise and silence do not rise above themselves', () => {
  expect(levelRiseDb(steadyNoise)).toBeLessThan(2);
  expect(levelRiseDb(new Float32Array(64_000))).toBe(0);
});

test('a sound that is twice as loud half of the time rises by some 6 dB', () => {
  const rise = levelRiseDb(steadyNoise.map((sample, i) => (i < 32_000 ? sample : sample / 2)));
  expect(rise).toBeGreaterThan(5.5);
  expect(rise).toBeLessThan(7);
});

test('of less than a tenth of a second nothing is said', () => {
  expect(levelRiseDb(new Float32Array(1000))).toBe(Infinity);
});

describeWithSpeech('on real recordings', () => {
  test('speech rises far above what is between the words', () => {
    const recording = decodeFile(speechFile('asr/misc-jfk.flac'));
    expect(levelRiseDb(recording.read(0, recording.sampleCount))).toBeGreaterThan(15);
  });
});
