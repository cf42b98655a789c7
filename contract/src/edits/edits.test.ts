import { describe, expect, test } from 'vitest';

import { overlaySchema } from '../app/index.ts';
import {
  applyEdits,
  giveSegmentsTo,
  giveWordsTo,
  labelOf,
  leftOut,
  mergeSpeakers,
  newSpeaker,
  NO_EDITS,
  renameSpeaker,
  replaceText,
  restoreAll,
  restoreSuppressed,
  speakersOf,
  turnsOf,
  type Original,
  type Overlay,
} from './index.ts';
import { recognised } from './recognised.fixture.ts';

const INTERVIEW = recognised(
  [1, 'So where did you meet Jon Smith?'],
  [2, 'Thank you.', 'low-confidence'],
  [2, 'In Perth, in nineteen eighty.'],
  [1, 'And then?'],
);

const linesOf = (original: Original, overlay: Overlay): string[] =>
  applyEdits(original, overlay).map(({ speaker, text }) => `${speaker}: ${text}`);
const timesOf = (original: Original, overlay: Overlay) =>
  applyEdits(original, overlay).map(({ words }) => words.map(({ start, end }) => [start, end]));
const edit = (overlay: Overlay, index: number, text: string, original = INTERVIEW): Overlay =>
  replaceText(original, overlay, { segment: applyEdits(original, overlay)[index]!, text });

const numbers = (count: number, sign: string): string =>
  Array.from({ length: count }, (_, i) => `${sign}${i}`).join(' ');

describe('a text that is edited', () => {
  test('keeps the words that it had before, with their times', () => {
    const overlay = edit(NO_EDITS, 0, 'So where did you meet John Smith?');
    expect(linesOf(INTERVIEW, overlay)[0]).toBe('1: So where did you meet John Smith?');
    expect(overlay.texts).toEqual([{ first: 5, last: 5, text: 'John' }]);
    const [{ words }] = applyEdits(INTERVIEW, overlay) as [ReturnType<typeof applyEdits>[number]];
    expect(words.map(({ edited = false }) => edited)).toEqual([
      false,
      false,
      false,
      false,
      false,
      true,
      false,
    ]);
    expect(words[5]).toEqual({
      start: 2.5,
      end: 2.9,
      text: 'John',
      confidence: 1,
      estimated: true,
      edited: true,
      first: 5,
      last: 5,
    });
  });

  test('has words put in beside one that shares its time with them', () => {
    const inMiddle = edit(NO_EDITS, 2, 'And then what?');
    expect(timesOf(INTERVIEW, inMiddle)[2]).toEqual([
      [10, 10.4],
      [10.5, 10.678],
      [10.678, 10.9],
    ]);
    const atStart = edit(NO_EDITS, 2, 'Oh And then?');
    expect(atStart.texts).toEqual([{ first: 14, last: 14, text: 'Oh And' }]);
  });

  test('is as fine as it can be where it is rewritten, so that its times are', () => {
    const overlay = edit(NO_EDITS, 1, 'At Perth in 1980.');
    expect(overlay.texts).toEqual([
      { first: 9, last: 9, text: 'At' },
      { first: 10, last: 10, text: 'Perth' },
      { first: 12, last: 13, text: '1980.' },
    ]);
  });

  test('that is nothing leaves the segment out, and the rest as it was', () => {
    expect(linesOf(INTERVIEW, edit(NO_EDITS, 1, ' \n'))).toEqual([
      '1: So where did you meet Jon Smith?',
      '1: And then?',
    ]);
  });

  test('is the original again where its words come back', () => {
    const overlay = edit(
      edit(NO_EDITS, 1, 'Nowhere near Perth that I know of'),
      1,
      'In Perth, in nineteen eighty.',
    );
    expect(overlay).toEqual(NO_EDITS);
  });

  test('of a script without spaces keeps the words whose signs it keeps', () => {
    const original: Original = {
      words: ['今天', '天气', '很', '好'].map((text, place) => ({
        text,
        start: place,
        end: place + 0.9,
        confidence: 0.9,
        segment: 0,
      })),
      segments: [{ start: 0, end: 3.9, speaker: 1, confidence: 0.9 }],
    };
    const overlay = edit(NO_EDITS, 0, '今天天氣很好', original);
    expect(overlay.texts).toEqual([{ first: 1, last: 1, text: '天氣' }]);
    expect(linesOf(original, overlay)).toEqual(['1: 今天天氣很好']);
  });

  test('goes round suppressed words, which can still be restored', () => {
    const original = recognised([1, 'one two'], [1, 'hm', 'repetition'], [1, 'three']);
    const words = original.words.map((word, place) => ({ ...word, segment: [0, 0, 1, 0][place]! }));
    const joined = { ...original, words };
    const rewritten = edit(NO_EDITS, 0, 'four five six', joined);
    expect(linesOf(joined, rewritten)).toEqual(['1: four five six']);
    expect(linesOf(joined, restoreSuppressed(joined, rewritten, 1))).toEqual([
      '1: four five',
      '1: hm',
      '1: six',
    ]);
    const shorter = edit(NO_EDITS, 0, 'all', joined);
    expect(linesOf(joined, restoreSuppressed(joined, shorter, 1))).toEqual(['1: all', '1: hm']);
  });

  test('that has nothing of the former is taken as a whole, however long both are', () => {
    const long = recognised([1, numbers(18_000, 'a')]);
    const overlay = edit(NO_EDITS, 0, numbers(3, 'b'), long);
    expect(linesOf(long, overlay)).toEqual(['1: b0 b1 b2']);
    expect(overlay.texts).toHaveLength(3);
  });
});

describe('speakers', () => {
  test('have a name everywhere, or their number again', () => {
    const named = renameSpeaker(NO_EDITS, { speaker: 2, name: '  Ada\n<b>Lovelace</b>\u0000 ' });
    expect(named.names).toEqual({ 2: 'Ada <b>Lovelace</b>' });
    expect([1, 2].map((speaker) => labelOf(named, speaker))).toEqual(['Speaker 1', 'Ada <b>Lovelace</b>']);
    expect(renameSpeaker(named, { speaker: 2, name: ' ' })).toEqual(NO_EDITS);
    const long = renameSpeaker(NO_EDITS, { speaker: 1, name: `${'x'.repeat(79)}😀` });
    expect(overlaySchema.safeParse(long).success).toBe(true);
  });

  test('are merged in what they said, in what was suppressed, and in their name', () => {
    const named = renameSpeaker(NO_EDITS, { speaker: 2, name: 'Ada' });
    const merged = mergeSpeakers(INTERVIEW, named, { from: 2, into: 1 });
    expect(linesOf(INTERVIEW, merged).map((line) => line[0])).toEqual(['1', '1', '1']);
    expect(leftOut(INTERVIEW, merged)[0]?.speaker).toBe(1);
    expect(merged.names).toEqual({ 1: 'Ada' });
    const both = renameSpeaker(named, { speaker: 1, name: 'Bob' });
    expect(mergeSpeakers(INTERVIEW, both, { from: 2, into: 1 }).names).toEqual({ 1: 'Bob' });
    expect(turnsOf(applyEdits(INTERVIEW, merged))).toHaveLength(1);
  });

  test('get segments or words of others, and give them back', () => {
    const [first, , last] = applyEdits(INTERVIEW, NO_EDITS);
    const speaker = newSpeaker(INTERVIEW, NO_EDITS);
    expect(speaker).toBe(3);
    const given = giveSegmentsTo(INTERVIEW, NO_EDITS, { segments: [first!, last!], speaker });
    expect(linesOf(INTERVIEW, given).map((line) => line[0])).toEqual(['3', '2', '3']);
    expect(
      giveSegmentsTo(INTERVIEW, given, {
        segments: applyEdits(INTERVIEW, given).filter((s) => s.speaker === 3),
        speaker: 1,
      }),
    ).toEqual(NO_EDITS);
    const split = giveWordsTo(INTERVIEW, NO_EDITS, { words: first!.words.slice(5), speaker });
    expect(linesOf(INTERVIEW, split).slice(0, 2)).toEqual(['1: So where did you meet', '3: Jon Smith?']);
    expect(newSpeaker(INTERVIEW, split)).toBe(4);
  });

  test('are counted with what they say', () => {
    expect(speakersOf(applyEdits(INTERVIEW, NO_EDITS), NO_EDITS)).toEqual([
      { speaker: 1, label: 'Speaker 1', seconds: 4.5, words: 9 },
      { speaker: 2, label: 'Speaker 2', seconds: 2.5, words: 5 },
    ]);
  });
});

test('what was suppressed is left out until it is restored, in its place', () => {
  expect(leftOut(INTERVIEW, NO_EDITS)).toMatchObject([
    { segment: 1, text: 'Thank you.', speaker: 2, reason: 'low-confidence', places: [7, 8] },
  ]);
  const restored = restoreSuppressed(INTERVIEW, NO_EDITS, 1);
  expect(linesOf(INTERVIEW, restored)[1]).toBe('2: Thank you.');
  expect(applyEdits(INTERVIEW, restored)[1]).toMatchObject({ restored: true });
  expect(leftOut(INTERVIEW, restored)).toEqual([]);
  expect(restoreAll(INTERVIEW, NO_EDITS)).toEqual(restored);
});
