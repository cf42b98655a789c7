import { bestSharedAmount } from './speaker-mapping.ts';
import { alignWords, countWordErrors, poolWordErrors, type WordErrors } from './word-errors.ts';

/** A word as it is scored, and who said it. Speaker names mean nothing across the two sides of a comparison. */
export interface SpokenWord {
  readonly text: string;
  readonly speaker: string;
}

export interface TalkErrors {
  readonly words: WordErrors;
  /** Words recognised exactly: the denominator of the share given to the wrong speaker. */
  readonly matchedWords: number;
  readonly matchedWordsAtWrongSpeaker: number;
}

/**
 * Scores a talk of several speakers: the words of all of them in reading order, and how many of the matched ones
 * were given to another speaker than the one who said them. Speakers are mapped one to one so that they share the
 * most matched words; a speaker who is left over has none right.
 */
export function talkErrors(reference: readonly SpokenWord[], hypothesis: readonly SpokenWord[]): TalkErrors {
  const steps = alignWords(
    reference.map(({ text }) => text),
    hypothesis.map(({ text }) => text),
  );
  const matches = steps.flatMap((step) =>
    step.edit === 'match'
      ? [
          {
            reference: reference[step.reference]!.speaker,
            hypothesis: hypothesis[step.hypothesis]!.speaker,
            amount: 1,
          },
        ]
      : [],
  );
  return {
    words: countWordErrors(steps),
    matchedWords: matches.length,
    matchedWordsAtWrongSpeaker: matches.length - bestSharedAmount(matches),
  };
}

/** Pools the counts of several talks, each with its own mapping of speakers. */
export function poolTalkErrors(talks: readonly TalkErrors[]): TalkErrors {
  return {
    words: poolWordErrors(talks.map(({ words }) => words)),
    matchedWords: talks.reduce((total, { matchedWords }) => total + matchedWords, 0),
    matchedWordsAtWrongSpeaker: talks.reduce(
      (total, { matchedWordsAtWrongSpeaker }) => total + matchedWordsAtWrongSpeaker,
      0,
    ),
  };
}

/** The share of rightly recognised words that was given to another speaker, 0 to 1; NaN with none. */
export function wrongSpeakerRate(errors: TalkErrors): number {
  return errors.matchedWordsAtWrongSpeaker / errors.matchedWords;
}
