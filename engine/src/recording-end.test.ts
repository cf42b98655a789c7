import { expect, test } from 'vitest';

import { composeTranscript } from './pipeline.ts';
import type { Word } from './types.ts';

const word = (text: string, start: number, end: number): Word => ({ text, start, end, confidence: 0.9 });

test('nothing that is said or suppressed lasts longer than the recording, in as many chunks as it may be', () => {
  const { segments, suppressed } = composeTranscript(
    {
      durationSeconds: 3,
      chunkCount: 2,
      turns: [{ speaker: 0, start: 0.5, end: 3.031 }],
      speakerEvidence: { stretches: [], betweenVariances: [] } as never,
    },
    [
      { words: [word('Hello', 0.5, 0.9), word('there', 1, 1.4)], suppressed: [] },
      {
        words: [word('to', 2.5, 2.7), word('all', 2.8, 3.01)],
        suppressed: [{ reason: 'repetition', words: [word('Oh', 2.9, 3.1), word('oh', 3.1, 3.231)] }],
      },
    ],
  );
  expect(segments).toMatchObject([
    { start: 0.5, end: 1.4, words: [{ start: 0.5, end: 0.9 }, { end: 1.4 }] },
    { start: 2.5, end: 3, text: 'to all', words: [{ end: 2.7 }, { start: 2.8, end: 3 }] },
  ]);
  expect(suppressed).toMatchObject([
    {
      start: 2.9,
      end: 3,
      text: 'Oh oh',
      words: [
        { start: 2.9, end: 3 },
        { start: 3, end: 3 },
      ],
    },
  ]);
});
