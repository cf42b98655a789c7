import { expect, it } from 'vitest';

import { parseRttm } from './rttm.ts';

it('reads the speaker turns and passes over comments, other records and turns without length', () => {
  const text = [
    ';; a comment',
    'SPKR-INFO talk 1 <NA> <NA> <NA> adult_female MÉO069 <NA>',
    'SPEAKER talk 1 1.5 0.25 <NA> <NA> MÉO069 <NA> <NA>',
    'SPEAKER  talk 1\t3 2  <NA> <NA> bob <NA>\r',
    'SPEAKER talk 1 9 0 <NA> <NA> bob <NA> <NA>',
    '',
  ].join('\n');
  expect(parseRttm(text)).toEqual([
    { start: 1.5, end: 1.75, speaker: 'MÉO069' },
    { start: 3, end: 5, speaker: 'bob' },
  ]);
});

it('names the line it cannot read', () => {
  expect(() => parseRttm('SPEAKER t 1 0 1 <NA> <NA> bob <NA>\nSPEAKER t 1 one 1 <NA> <NA> bob <NA>')).toThrow(
    /line 2/,
  );
  expect(() => parseRttm('SPEAKER t 1 0 1')).toThrow(/line 1/);
  expect(() => parseRttm('SPEAKER t 1 0 -1 <NA> <NA> bob <NA>')).toThrow(/line 1/);
});
