import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { piecesOf, stretchesOf } from './marked-pieces.ts';
import { findAll, indexTexts, marksInPart, partOfMatch } from './search-index.ts';

const TEXTS = ['Good morning, Zoë.', 'GOOD grief!', '', 'It is good'];

const mark = (start: number, end: number, match = 0) => ({ start, end, match });

/** What a phrase marks in each part. */
function marked(texts: readonly string[], phrase: string): string[][] {
  const index = indexTexts(texts);
  const matches = findAll(index, phrase);
  return texts.map((text, part) =>
    marksInPart(index, matches, part).map(({ start, end }) => text.slice(start, end)),
  );
}

describe('a search', () => {
  test('finds a phrase in any case, in every part', () => {
    expect(marked(TEXTS, 'good')).toEqual([['Good'], ['GOOD'], [], ['good']]);
  });

  test('finds letters with accents by those without, and the reverse', () => {
    expect(marked(TEXTS, 'zoe')).toEqual([['Zoë'], [], [], []]);
    expect(marked(['Zoe'], 'ZOË')).toEqual([['Zoe']]);
  });

  test('finds signs that are no letters with accents by themselves alone', () => {
    expect(marked(['한국어', '日本'], '하')).toEqual([[], []]);
    expect(marked(['한국어', '日本'], '국')).toEqual([['국'], []]);
    expect(marked(['İstanbul 😀 ok'], 'ok')).toEqual([['ok']]);
  });

  test('finds a phrase that goes on in the next part', () => {
    expect(marked(TEXTS, 'zoë. good')).toEqual([['Zoë.'], ['GOOD'], [], []]);
  });

  test('takes any space between words for one, and finds nothing of nothing', () => {
    expect(marked(TEXTS, '  good \t  morning ')).toEqual([['Good morning'], [], [], []]);
    expect(marked(TEXTS, ' ')).toEqual([[], [], [], []]);
    expect(marked([], 'good')).toEqual([]);
  });

  test('says in which part each match begins', () => {
    const index = indexTexts(TEXTS);
    const matches = findAll(index, 'good');
    expect(matches.starts.map((_, match) => partOfMatch(index, matches, match))).toEqual([0, 1, 3]);
  });

  test('marks in each part just where the part has the phrase, whatever the text', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'b', ' ', 'É', 'e', 'ß') });
    fc.assert(
      fc.property(fc.array(text), text, (texts, phrase) => {
        const index = indexTexts(texts);
        const matches = findAll(index, phrase);
        const whole = texts.join(' ');
        const parts = texts.map((_, part) => marksInPart(index, matches, part));
        const inParts = parts.flatMap((marks, part) => marks.map((each) => ({ part, ...each })));
        expect(new Set(inParts.map(({ match }) => match)).size).toBe(
          matches.starts.filter((start) => whole.slice(start, start + matches.length).trim() !== '').length,
        );
        for (const { part, start, end, match } of inParts) {
          const offset = texts.slice(0, part).reduce((sum, each) => sum + each.length + 1, 0);
          expect(offset + start).toBeGreaterThanOrEqual(matches.starts[match]!);
          expect(offset + end).toBeLessThanOrEqual(matches.starts[match]! + matches.length);
          expect(end).toBeGreaterThan(start);
        }
      }),
    );
  });
});

describe('a text with marks', () => {
  test('is divided where they begin and end', () => {
    expect(piecesOf('one two three', { start: 0, end: 13 }, [mark(2, 5), mark(8, 13, 1)])).toEqual([
      { text: 'on' },
      { text: 'e t', match: 0 },
      { text: 'wo ' },
      { text: 'three', match: 1 },
    ]);
  });

  test('is whole again when its words and the gaps between them are put together', () => {
    const words = ['one', 'two,', 'one'];
    const text = 'one two, one';
    const stretches = stretchesOf(text, words);
    expect(stretches.map(({ start, end }) => text.slice(start, end))).toEqual(words);
    const pieces = stretches.flatMap((stretch, index) => [
      ...piecesOf(text, { start: stretches[index - 1]?.end ?? 0, end: stretch.start }, [mark(2, 6)]),
      ...piecesOf(text, stretch, [mark(2, 6)]),
    ]);
    expect(pieces.map((piece) => piece.text).join('')).toBe(text);
    expect(pieces.filter(({ match }) => match === 0).map((piece) => piece.text)).toEqual(['e', ' ', 'tw']);
  });
});
