import { expect, test } from 'vitest';

import { alignTokens } from './alignment.ts';

/** One character a frame: `#` for full attention, `.` for none. */
const attending = (row: string) => Float32Array.from(row, (mark) => (mark === '#' ? 1 : 0));
const speech = attending;

test('each token gets the frames it attends to', () => {
  const ranges = alignTokens({
    attention: [attending('##......'), attending('..###...'), attending('.....###')],
    startsWord: [true, false, true],
    speech: speech('########'),
  });
  expect(ranges).toEqual([
    { start: 0, end: 2 },
    { start: 2, end: 5 },
    { start: 5, end: 8 },
  ]);
});

test('silence before, between and after words belongs to no word', () => {
  const ranges = alignTokens({
    attention: [attending('..##......'), attending('......##..')],
    startsWord: [true, true],
    speech: speech('..##..##..'),
  });
  expect(ranges).toEqual([
    { start: 2, end: 4 },
    { start: 6, end: 8 },
  ]);
});

test('a word is not torn apart by a pause inside it', () => {
  const ranges = alignTokens({
    attention: [attending('##......'), attending('......##')],
    startsWord: [true, false],
    speech: speech('##....##'),
  });
  expect(ranges[0]!.end).toBe(ranges[1]!.start);
});

test('speech that no token attends to goes to the words beside it', () => {
  const ranges = alignTokens({
    attention: [attending('.#....'), attending('....#.')],
    startsWord: [true, true],
    speech: speech('######'),
  });
  expect(ranges[0]!.start).toBe(0);
  expect(ranges[0]!.end).toBe(ranges[1]!.start);
  expect(ranges[1]!.end).toBe(6);
});

test('every token gets a frame even when attention says nothing and all is silent', () => {
  const ranges = alignTokens({
    attention: [attending('....'), attending('....'), attending('....')],
    startsWord: [true, true, true],
    speech: speech('....'),
  });
  ranges.forEach(({ start, end }, index) => {
    expect(end).toBeGreaterThan(start);
    expect(start).toBeGreaterThanOrEqual(ranges[index - 1]?.end ?? 0);
  });
});

test('as many frames as tokens are enough, fewer are refused', () => {
  const attention = [attending('..'), attending('..')];
  const startsWord = [true, true];
  expect(alignTokens({ attention, startsWord, speech: speech('##') })).toEqual([
    { start: 0, end: 1 },
    { start: 1, end: 2 },
  ]);
  expect(() => alignTokens({ attention, startsWord, speech: speech('#') })).toThrow(RangeError);
});

test('no tokens need no frames', () => {
  expect(alignTokens({ attention: [], startsWord: [], speech: new Float32Array(0) })).toEqual([]);
});
