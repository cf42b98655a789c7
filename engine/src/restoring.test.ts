import { expect, test } from 'vitest';

import { composeTranscript } from './pipeline.ts';
import { restore } from './restoring.ts';
import type { Word } from './types.ts';

const word = (text: string, start: number): Word => ({ text, start, end: start + 0.4, confidence: 0.9 });

/** Two people speak; what they say at 4 and at 9 seconds is not believed. */
const transcript = composeTranscript(
  {
    durationSeconds: 12,
    chunkCount: 1,
    turns: [
      { speaker: 0, start: 0, end: 5 },
      { speaker: 1, start: 5, end: 8 },
      { speaker: 2, start: 8.9, end: 10 },
    ],
    speakerEvidence: { stretches: [], betweenVariances: [] } as never,
  },
  [
    {
      words: [word('Hello.', 1), word('Hi.', 6)],
      suppressed: [
        { reason: 'low-confidence', words: [word('Mm.', 4), word('Yeah.', 5.1)] },
        { reason: 'faster-than-speech', words: [word('Bye.', 9)] },
      ],
    },
  ],
);

test('what was suppressed has the speakers it would have, and the times of its words', () => {
  expect(transcript.suppressed).toMatchObject([
    { start: 4, end: 4.4, speaker: 1, text: 'Mm.', reason: 'low-confidence' },
    { start: 5.1, end: 5.5, speaker: 2, text: 'Yeah.', reason: 'low-confidence' },
    { start: 9, end: 9.4, speaker: 3, text: 'Bye.', reason: 'faster-than-speech' },
  ]);
  expect(transcript.speakerCount).toBe(2);
});

test('a restored segment stands in its place with its words, and the others stay suppressed', () => {
  const restored = restore(transcript, [0]);
  expect(restored.segments.map(({ text }) => text)).toEqual(['Hello.', 'Mm.', 'Hi.']);
  expect(restored.segments[1]).toEqual({
    start: 4,
    end: 4.4,
    speaker: 1,
    text: 'Mm.',
    confidence: 0.9,
    words: [word('Mm.', 4)],
  });
  expect(restored.suppressed.map(({ text }) => text)).toEqual(['Yeah.', 'Bye.']);
  expect(transcript.segments).toHaveLength(2);
});

test('all can be restored at once, also a speaker who is heard nowhere else', () => {
  const restored = restore(transcript);
  expect(restored.segments.map(({ text }) => text)).toEqual(['Hello.', 'Mm.', 'Yeah.', 'Hi.', 'Bye.']);
  expect(restored.speakerCount).toBe(3);
  expect(restored.suppressed).toEqual([]);
});

test('a segment that is not there cannot be restored', () => {
  expect(() => restore(transcript, [3])).toThrow('There is no suppressed segment 3.');
});
