import { expect, it } from 'vitest';

import type { ClipScore, ConversationScore } from './score-recording.ts';
import { summarise } from './summary.ts';

const clip = (language: string, referenceWords: number, substitutions: number): ClipScore => ({
  language,
  words: { referenceWords, substitutions, deletions: 0, insertions: 0 },
});

const conversation = (
  referenceSeconds: number,
  missedSeconds: number,
  speakersFound: number,
): ConversationScore => ({
  speakers: {
    errors: { referenceSeconds, missedSeconds, falseAlarmSeconds: 0, confusedSeconds: 0 },
    errorsWithCollar: { referenceSeconds, missedSeconds: 0, falseAlarmSeconds: 0, confusedSeconds: 1 },
    speakersInReference: 2,
    speakersFound,
  },
  talk: undefined,
});

const talk = (referenceWords: number, deletions: number, atWrongSpeaker: number): ConversationScore => ({
  speakers: undefined,
  talk: {
    words: { referenceWords, substitutions: 0, deletions, insertions: 0 },
    matchedWords: referenceWords - deletions,
    matchedWordsAtWrongSpeaker: atWrongSpeaker,
  },
});

it('gives percentages pooled over words and over time', () => {
  const summary = summarise(
    [clip('en', 10, 1), clip('de', 3, 1), clip('en', 90, 0)],
    [conversation(10, 5, 2), conversation(90, 5, 3), talk(20, 5, 3), talk(60, 0, 0)],
    [1, 2, 1, 0].map((speakersFound) => ({ name: 'reader', speakersFound })),
  );
  expect(summary).toEqual({
    wer: 1,
    werByLanguage: { de: 33.33, en: 1 },
    der: 10,
    derCollar: 2,
    speakerCountRight: 50,
    singleReaders: 4,
    singleReadersSplit: 1,
    talkWer: 6.25,
    wordsAtWrongSpeaker: 4,
    files: 7,
    words: 183,
  });
});

it('has no figures where nothing was scored', () => {
  expect(summarise([], [])).toEqual({
    wer: null,
    werByLanguage: {},
    der: null,
    derCollar: null,
    speakerCountRight: null,
    singleReaders: 0,
    singleReadersSplit: 0,
    talkWer: null,
    wordsAtWrongSpeaker: null,
    files: 0,
    words: 0,
  });
});
