import { describe, expect, it } from 'vitest';

import type { Segment, Transcript } from '../../src/types.ts';
import { scoreClip, scoreConversation } from './score-recording.ts';

const transcriptOf = (...segments: Array<[start: number, end: number, speaker: number, text: string]>) =>
  ({
    durationSeconds: 60,
    speakerCount: new Set(segments.map(([, , speaker]) => speaker)).size,
    segments: segments.map(([start, end, speaker, text]): Segment => {
      return { start, end, speaker, text, confidence: 1, words: [] };
    }),
    suppressed: [],
  }) satisfies Transcript;

const clip = { name: 'clip.wav', path: 'clip.wav' };

describe('a clip', () => {
  it('is scored over all of its segments, as its language is', () => {
    const transcript = transcriptOf([0, 2, 1, 'Mr. Hale said:'], [2, 3, 2, '“Hello!”']);
    expect(scoreClip({ ...clip, language: 'en', text: 'mister hale has said hello' }, transcript)).toEqual({
      language: 'en',
      words: { referenceWords: 5, substitutions: 0, deletions: 1, insertions: 0 },
    });
    expect(
      scoreClip({ ...clip, language: 'ja', text: '客観的' }, transcriptOf([0, 1, 1, '客観。'])).words,
    ).toEqual({
      referenceWords: 3,
      substitutions: 0,
      deletions: 1,
      insertions: 0,
    });
  });
});

describe('a conversation', () => {
  const turns = [
    { start: 0, end: 10, speaker: 'ann' },
    { start: 10, end: 20, speaker: 'bob' },
  ];
  const lines = [
    { start: 8, end: 12, speaker: 'bob', text: 'three four' },
    { start: 0, end: 10, speaker: 'ann', text: 'one two' },
  ];
  const conversation = { name: 'talk', path: 'talk.wav', turns: undefined, lines: undefined };

  it('has its speakers scored by the segments, with and without the collar', () => {
    const transcript = transcriptOf([0, 10.25, 1, 'One two'], [10.25, 20, 2, 'three four']);
    const { speakers, talk } = scoreConversation({ ...conversation, turns }, transcript);
    expect(talk).toBeUndefined();
    expect(speakers).toMatchObject({ speakersInReference: 2, speakersFound: 2 });
    expect(speakers?.errors).toMatchObject({ referenceSeconds: 20, confusedSeconds: 0.25 });
    expect(speakers?.errorsWithCollar).toMatchObject({ referenceSeconds: 19, confusedSeconds: 0 });
  });

  it('has its words scored in reading order, line by line also where they overlap', () => {
    const transcript = transcriptOf([7, 12, 2, 'Three? Four.'], [0, 9, 1, 'One, two.']);
    const { speakers, talk } = scoreConversation({ ...conversation, lines }, transcript);
    expect(speakers).toBeUndefined();
    expect(talk).toEqual({
      words: { referenceWords: 4, substitutions: 0, deletions: 0, insertions: 0 },
      matchedWords: 4,
      matchedWordsAtWrongSpeaker: 0,
    });
  });

  it('is wholly missed where nothing was heard', () => {
    const { speakers, talk } = scoreConversation({ ...conversation, turns, lines }, transcriptOf());
    expect(speakers).toMatchObject({ speakersFound: 0, errors: { missedSeconds: 20 } });
    expect(talk).toMatchObject({ words: { deletions: 4 }, matchedWords: 0 });
  });
});
