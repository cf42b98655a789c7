import { describe, expect, test } from 'vitest';

import { EDIT_LIMITS, NO_EDITS } from '../edits/index.ts';
import { overlaySchema } from './transcript.ts';

describe('an overlay is refused', () => {
  test.each([
    [
      'with ranges that meet',
      {
        voices: [
          { first: 0, last: 3, speaker: 1 },
          { first: 3, last: 4, speaker: 2 },
        ],
      },
    ],
    [
      'with ranges out of order',
      {
        restored: [
          { first: 4, last: 5 },
          { first: 0, last: 1 },
        ],
      },
    ],
    ['with a range that ends before it begins', { restored: [{ first: 4, last: 3 }] }],
    ['with a place that is none', { restored: [{ first: -1, last: 3 }] }],
    ['with half a place', { restored: [{ first: 0.5, last: 3 }] }],
    ['with a name too long', { names: { 1: 'x'.repeat(EDIT_LIMITS.nameLength + 1) } }],
    ['with an empty name', { names: { 1: '' } }],
    ['with a name of nobody', { names: { zero: 'Ada' } }],
    ['with two lines in a name', { names: { 1: 'a\nb' } }],
    ['with a text that no database holds', { texts: [{ first: 0, last: 0, text: 'a\u0000b' }] }],
    ['with half a character', { texts: [{ first: 0, last: 0, text: '\ud83d' }] }],
    [
      'with a text too long',
      { texts: [{ first: 0, last: 0, text: 'x'.repeat(EDIT_LIMITS.textLength + 1) }] },
    ],
    ['with too many speakers', { voices: [{ first: 0, last: 0, speaker: 1000 }] }],
    [
      'with too many entries',
      { restored: Array.from({ length: 20_001 }, (_, i) => ({ first: i, last: i })) },
    ],
    ['with something else', { comments: [] }],
  ])('%s', (_, part) => {
    expect(overlaySchema.safeParse({ ...NO_EDITS, ...part }).success).toBe(false);
  });
});
