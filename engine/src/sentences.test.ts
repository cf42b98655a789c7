import { expect, test } from 'vitest';

import { composeSegments } from './segments.ts';
import { joinSentences } from './sentences.ts';
import type { RecognisedWord } from './types.ts';

/** Words of a third of a second; `|` begins a window, `_` is a pause of 0.7 s. */
function recognised(text: string): RecognisedWord[] {
  let at = 0;
  return text.split(' ').flatMap((piece): RecognisedWord[] => {
    if (piece === '_') at += 0.7;
    if (piece === '_') return [];
    const start = at;
    at += 0.35;
    const word = { text: piece.replace('|', ''), start, end: start + 0.3, confidence: 1 };
    return [piece.startsWith('|') ? { ...word, opensWindow: true } : word];
  });
}

function textFor(text: string): string {
  const words = recognised(text);
  const segments = joinSentences(composeSegments(words, []), words);
  expect(segments.map(({ text: written }) => written)).toEqual(
    segments.map((segment) => segment.words.map(({ text: word }) => word).join(' ')),
  );
  expect(segments.flatMap((segment) => segment.words).some((word) => 'opensWindow' in word)).toBe(false);
  return segments.map(({ text: written }) => written).join(' ');
}

test('a sentence that goes on in the next window is one sentence', () => {
  expect(textFor('|Now they saw the houses. |They had left.')).toBe('Now they saw the houses they had left.');
});

test('after a pause a sentence is believed to have ended', () => {
  expect(textFor('|Now they saw the houses. _ |They had left.')).toBe(
    'Now they saw the houses. They had left.',
  );
});

test('within a window the recogniser knows where sentences end', () => {
  expect(textFor('|Now they saw the houses. They had left.')).toBe('Now they saw the houses. They had left.');
});

test('what is never written small keeps its capital, and its sentence its full stop', () => {
  expect(textFor('|It rained. |Ann laughed, and I am glad. |I go.')).toBe(
    'It rained. Ann laughed, and I am glad. I go.',
  );
  expect(textFor('|It is for us. |US law is.')).toBe('It is for us. US law is.');
});

test('questions, dots and commas stay as they are', () => {
  expect(textFor('|Do they? |They do... |They do, |They')).toBe('Do they? They do... They do, They');
});

test('another speaker begins a sentence', () => {
  const words = recognised('|And they left. |They did.');
  const turns = [
    { speaker: 0, start: 0, end: 1 },
    { speaker: 1, start: 1, end: 2 },
  ];
  expect(joinSentences(composeSegments(words, turns), words).map(({ text }) => text)).toEqual([
    'And they left.',
    'They did.',
  ]);
});
