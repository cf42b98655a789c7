import type { Transcript } from '../../src/types.ts';
import type { Clip, Conversation } from '../references/data-folder.ts';
import type { SpokenLine } from '../references/stm.ts';
import {
  diarizationErrors,
  type DiarizationErrors,
  type SpeakerInterval,
} from '../scoring/diarization-errors.ts';
import { spokenUnits } from '../scoring/spoken-text.ts';
import { talkErrors, type SpokenWord, type TalkErrors } from '../scoring/talk-errors.ts';
import { alignWords, countWordErrors, type WordErrors } from '../scoring/word-errors.ts';

/** The usual collar: people who mark boundaries by hand do not agree closer than this. */
const COLLAR_SECONDS = 0.25;

/** References of conversations are English. */
const CONVERSATION_LANGUAGE = 'en';

export interface ClipScore {
  readonly language: string;
  readonly words: WordErrors;
}

export interface SpeakerScore {
  readonly errors: DiarizationErrors;
  readonly errorsWithCollar: DiarizationErrors;
  readonly speakersInReference: number;
  readonly speakersFound: number;
}

/** What of a conversation has a reference. */
export interface ConversationScore {
  readonly speakers: SpeakerScore | undefined;
  readonly talk: TalkErrors | undefined;
}

export function scoreClip(clip: Clip, transcript: Transcript): ClipScore {
  const reference = spokenUnits(clip.text, clip.language);
  const hypothesis = transcript.segments.flatMap(({ text }) => spokenUnits(text, clip.language));
  return { language: clip.language, words: countWordErrors(alignWords(reference, hypothesis)) };
}

/**
 * Scores a conversation by its turns, by its words, or by both. Words are compared in reading order: the reference's
 * lines by their start, each to its end, and the transcript's segments likewise. Where two people speak at once, both
 * sides thus keep each speaker's sentence together.
 */
export function scoreConversation(conversation: Conversation, transcript: Transcript): ConversationScore {
  const segments = transcript.segments.map(({ start, end, speaker, text }) => ({
    start,
    end,
    speaker: String(speaker),
    text,
  }));
  const { turns, lines } = conversation;
  return {
    speakers: turns && scoreSpeakers(turns, segments),
    talk: lines && talkErrors(inReadingOrder(lines), inReadingOrder(segments)),
  };
}

/** How many speakers a reference has. */
export function countSpeakers(turns: readonly SpeakerInterval[]): number {
  return new Set(turns.map(({ speaker }) => speaker)).size;
}

function scoreSpeakers(
  reference: readonly SpeakerInterval[],
  hypothesis: readonly SpeakerInterval[],
): SpeakerScore {
  return {
    errors: diarizationErrors({ reference, hypothesis, collarSeconds: 0 }),
    errorsWithCollar: diarizationErrors({ reference, hypothesis, collarSeconds: COLLAR_SECONDS }),
    speakersInReference: countSpeakers(reference),
    speakersFound: countSpeakers(hypothesis),
  };
}

function inReadingOrder(lines: readonly SpokenLine[]): SpokenWord[] {
  return lines
    .toSorted((a, b) => a.start - b.start)
    .flatMap(({ text, speaker }) =>
      spokenUnits(text, CONVERSATION_LANGUAGE).map((word) => ({ text: word, speaker })),
    );
}
