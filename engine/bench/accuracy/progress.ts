import type { Clip, Conversation } from '../references/data-folder.ts';
import { diarizationErrorRate } from '../scoring/diarization-errors.ts';
import { isScoredByCharacter } from '../scoring/spoken-text.ts';
import { wordErrorRate, type WordErrors } from '../scoring/word-errors.ts';
import type { ClipScore, ConversationScore } from './score-recording.ts';
import { percent } from './summary.ts';

/** `ls-other-533-1066-0000.flac (en): 1 of 3 words wrong` */
export function describeClip(clip: Clip, score: ClipScore): string {
  const unit = isScoredByCharacter(clip.language) ? 'characters' : 'words';
  return `${clip.name} (${clip.language}): ${countErrors(score.words)} of ${score.words.referenceWords} ${unit} wrong`;
}

/** `sim2_a: DER 9.8 %, 2.75 % with collar, 2 of 2 speakers; WER 8.6 %, 4 of 410 matched words at the wrong speaker` */
export function describeConversation(conversation: Conversation, score: ConversationScore): string {
  const parts = [describeSpeakers(score.speakers), describeTalk(score.talk)];
  return `${conversation.name}: ${parts.filter((part) => part !== undefined).join('; ')}`;
}

function describeSpeakers(score: ConversationScore['speakers']): string | undefined {
  if (!score) return undefined;
  const exact = inPercent(diarizationErrorRate(score.errors));
  const collar = inPercent(diarizationErrorRate(score.errorsWithCollar));
  return `DER ${exact}, ${collar} with collar, ${score.speakersFound} of ${score.speakersInReference} speakers`;
}

function describeTalk(score: ConversationScore['talk']): string | undefined {
  if (!score) return undefined;
  const { words, matchedWords, matchedWordsAtWrongSpeaker } = score;
  return `WER ${inPercent(wordErrorRate(words))}, ${matchedWordsAtWrongSpeaker} of ${matchedWords} matched words at the wrong speaker`;
}

function countErrors({ substitutions, deletions, insertions }: WordErrors): number {
  return substitutions + deletions + insertions;
}

function inPercent(ratio: number): string {
  return `${percent(ratio) ?? '–'} %`;
}
