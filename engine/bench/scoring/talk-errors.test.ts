import { expect, it } from 'vitest';

import { poolTalkErrors, talkErrors, wrongSpeakerRate } from './talk-errors.ts';

/** `ann: how are you` */
const said = (...lines: string[]) =>
  lines.flatMap((line) => {
    const [speaker, text] = line.split(': ') as [string, string];
    return text.split(' ').map((word) => ({ text: word, speaker }));
  });

const TALK = said('ann: how are you', 'bob: fine and you', 'ann: very well');

it('finds nothing wrong when only the speakers are named otherwise', () => {
  const errors = talkErrors(TALK, said('2: how are you', '1: fine and you', '2: very well'));
  expect(errors.words).toEqual({ referenceWords: 8, substitutions: 0, deletions: 0, insertions: 0 });
  expect(errors).toMatchObject({ matchedWords: 8, matchedWordsAtWrongSpeaker: 0 });
});

it('finds a word that was given to the other speaker though it is written right', () => {
  const errors = talkErrors(TALK, said('1: how are you fine', '2: and you', '1: very well'));
  expect(errors).toMatchObject({ matchedWords: 8, matchedWordsAtWrongSpeaker: 1 });
});

it('asks only matched words for their speaker', () => {
  const errors = talkErrors(TALK, said('1: how are you wine', '2: and you', '1: very'));
  expect(errors.words).toMatchObject({ substitutions: 1, deletions: 1, insertions: 0 });
  expect(errors).toMatchObject({ matchedWords: 6, matchedWordsAtWrongSpeaker: 0 });
});

it('gives the words of a speaker too many to nobody', () => {
  const errors = talkErrors(TALK, said('1: how are you', '2: fine and you', '3: very well'));
  expect(errors.matchedWordsAtWrongSpeaker).toBe(2);
});

it('counts the smaller speaker as wrong when two become one', () => {
  const errors = talkErrors(TALK, said('1: how are you fine and you very well'));
  expect(errors).toMatchObject({ matchedWords: 8, matchedWordsAtWrongSpeaker: 3 });
});

it('has all words missing where nothing was recognised', () => {
  expect(talkErrors(TALK, [])).toMatchObject({
    words: { referenceWords: 8, deletions: 8 },
    matchedWords: 0,
    matchedWordsAtWrongSpeaker: 0,
  });
});

it('pools talks by their words, mapping the speakers of each talk anew', () => {
  const pooled = poolTalkErrors([
    talkErrors(said('ann: a b', 'bob: c'), said('1: a b', '2: c')),
    talkErrors(said('ann: a', 'bob: b c d e f g'), said('2: a', '1: b c d e f', '2: g')),
  ]);
  expect(pooled).toMatchObject({
    words: { referenceWords: 10 },
    matchedWords: 10,
    matchedWordsAtWrongSpeaker: 1,
  });
  expect(wrongSpeakerRate(pooled)).toBe(0.1);
  expect(wrongSpeakerRate(poolTalkErrors([]))).toBeNaN();
});
