import { expect, it } from 'vitest';

import { parseStm } from './stm.ts';

it('reads who says what, with and without labels', () => {
  const text = [
    ';; a comment',
    "talk 1 1688 0.500 15.500 there's iron they say",
    'talk 1 1998 15.9 20 <o,f0,male> in all   our blood\r',
    'talk 1 1998 20 21',
    '',
  ].join('\n');
  expect(parseStm(text)).toEqual([
    { start: 0.5, end: 15.5, speaker: '1688', text: "there's iron they say" },
    { start: 15.9, end: 20, speaker: '1998', text: 'in all our blood' },
    { start: 20, end: 21, speaker: '1998', text: '' },
  ]);
});

it('passes over time that is marked not to be scored', () => {
  expect(parseStm('talk 1 inter_segment_gap 0 5 <o,,> IGNORE_TIME_SEGMENT_IN_SCORING')).toEqual([]);
});

it('names the line it cannot read', () => {
  expect(() => parseStm('talk 1 ann 0 1 hello\ntalk 1 ann 3 2 hello')).toThrow(/line 2/);
  expect(() => parseStm('talk 1 ann')).toThrow(/line 1/);
  expect(() => parseStm('talk 1 ann zero 1 hello')).toThrow(/line 1/);
});
