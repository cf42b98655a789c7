import {
  diarizationErrorRate,
  poolDiarizationErrors,
  type DiarizationErrors,
} from '../scoring/diarization-errors.ts';
import { poolTalkErrors, wrongSpeakerRate } from '../scoring/talk-errors.ts';
import { poolWordErrors, wordErrorRate } from '../scoring/word-errors.ts';
import type { ClipScore, ConversationScore, SpeakerScore } from './score-recording.ts';
import type { ReaderScore } from './single-readers.ts';

/**
 * The figures of one run. Rates are percentages with two decimals, pooled over words or over time, and null where
 * nothing with a reference was scored.
 */
export interface AccuracySummary {
  /** Of the English clips. */
  readonly wer: number | null;
  /** By ISO 639 code; for languages that do not space words it is the character error rate. */
  readonly werByLanguage: Readonly<Record<string, number | null>>;
  readonly der: number | null;
  /** With 0.25 s around the reference's boundaries left out. */
  readonly derCollar: number | null;
  /** The share of recordings for which as many speakers were found as there are. */
  readonly speakerCountRight: number | null;
  /** Recordings of one reader, and in how many of them more than one was found. */
  readonly singleReaders: number;
  readonly singleReadersSplit: number;
  readonly talkWer: number | null;
  /** The share of the talks' rightly recognised words that was given to another speaker. */
  readonly wordsAtWrongSpeaker: number | null;
  /** Recordings scored. */
  readonly files: number;
  /** Reference words (or characters) scored, of clips and talks together. */
  readonly words: number;
}

/** The figures of all recordings of a run. */
export function summarise(
  clips: readonly ClipScore[],
  conversations: readonly ConversationScore[],
  readers: readonly ReaderScore[] = [],
): AccuracySummary {
  const speakers = conversations.flatMap((score) => score.speakers ?? []);
  const talks = poolTalkErrors(conversations.flatMap((score) => score.talk ?? []));
  const werByLanguage = errorPercentByLanguage(clips);
  return {
    wer: werByLanguage['en'] ?? null,
    werByLanguage,
    der: errorPercentOfSpeakers(speakers.map(({ errors }) => errors)),
    derCollar: errorPercentOfSpeakers(speakers.map(({ errorsWithCollar }) => errorsWithCollar)),
    speakerCountRight: percent(speakers.filter(isCountRight).length / speakers.length),
    singleReaders: readers.length,
    singleReadersSplit: readers.filter(({ speakersFound }) => speakersFound > 1).length,
    talkWer: percent(wordErrorRate(talks.words)),
    wordsAtWrongSpeaker: percent(wrongSpeakerRate(talks)),
    files: clips.length + conversations.length,
    words: poolWordErrors(clips.map(({ words }) => words)).referenceWords + talks.words.referenceWords,
  };
}

function errorPercentByLanguage(clips: readonly ClipScore[]): Record<string, number | null> {
  const languages = [...Map.groupBy(clips, ({ language }) => language)].toSorted(([a], [b]) =>
    a < b ? -1 : 1,
  );
  return Object.fromEntries(
    languages.map(([language, scores]) => {
      const pooled = poolWordErrors(scores.map(({ words }) => words));
      return [language, percent(wordErrorRate(pooled))];
    }),
  );
}

function errorPercentOfSpeakers(errors: readonly DiarizationErrors[]): number | null {
  return percent(diarizationErrorRate(poolDiarizationErrors(errors)));
}

function isCountRight({ speakersFound, speakersInReference }: SpeakerScore): boolean {
  return speakersFound === speakersInReference;
}

/** A ratio as a percentage with two decimals; null where there was nothing to divide by. */
export function percent(ratio: number): number | null {
  return Number.isFinite(ratio) ? Math.round(ratio * 10_000) / 100 : null;
}
