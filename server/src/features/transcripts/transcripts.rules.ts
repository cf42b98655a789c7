import type { Job, TranscriptFormat } from '@icana/contract';
import {
  composeSegments,
  composeSuppressed,
  numberSpeakers,
  renderSrt,
  renderTurns,
  renderVtt,
  restore,
  type Segment,
  type SpeakerNames,
  type SpeakerTurn,
  type SuppressedSegment,
  type SuppressedWords,
  textOf,
  type Transcript,
} from '@icana/engine';

type Expanded<Name extends 'segments' | 'words' | 'speakers' | 'suppressed'> = NonNullable<Job[Name]>;

/** A transcript in the shapes that clients read. */
export interface RenderedTranscript {
  readonly transcription: string;
  readonly diarization: string;
  readonly segments: Expanded<'segments'>;
  readonly words: Expanded<'words'>;
  readonly speakers: Expanded<'speakers'>;
  readonly suppressed: Expanded<'suppressed'>;
}

/**
 * Renders what the engine made of a recording, or people of that. Without speech both texts are empty and the lists too.
 *
 * @param names what speakers are called, where anybody has named them
 */
export function renderTranscript(
  transcript: Pick<Transcript, 'segments' | 'suppressed'>,
  names: SpeakerNames = {},
): RenderedTranscript {
  const segments = transcript.segments
    .map((segment) => ({ ...segment, text: segment.text.trim() }))
    .filter(({ text }) => text !== '');
  return {
    transcription: textOf(segments),
    diarization: renderTurns(segments, names),
    segments: segments.map(renderSegment),
    words: segments.flatMap(renderWords),
    speakers: speakersOf(segments, names),
    suppressed: transcript.suppressed.map((segment) => ({
      ...renderSegment(segment),
      reason: segment.reason,
      words: renderWords(segment),
    })),
  };
}

/** What of a kept transcript other speakers can say. */
export type KeptWords = Pick<RenderedTranscript, 'words' | 'suppressed'>;

/** Gives the words of a transcript to the speakers of other turns, and those that were suppressed too. */
export function giveToOthers(
  { words, suppressed }: KeptWords,
  turns: readonly SpeakerTurn[],
): RenderedTranscript {
  const numberOf = numberSpeakers();
  return renderTranscript({
    segments: composeSegments(words, turns, numberOf),
    suppressed: composeSuppressed(joinByReason(suppressed), turns, numberOf),
  });
}

/** A transcript with what was suppressed in its place among the rest, as if it had been believed. */
export function withSuppressed(kept: RenderedTranscript): RenderedTranscript {
  return renderTranscript(
    restore({
      segments: joinWords(kept),
      suppressed: kept.suppressed.map(asSuppressed).filter((each) => each !== undefined),
    }),
  );
}

/** Of jobs of older versions it is not known who said it, nor when each word: that cannot be put back. */
export function asSuppressed(kept: KeptWords['suppressed'][number]): SuppressedSegment | undefined {
  const { start, end, text, speaker, confidence, words } = kept;
  if (speaker === undefined || confidence === undefined || words === undefined) return undefined;
  return { start, end, text, speaker, confidence, words, reason: reasonOf(kept) };
}

// It was written by the engine.
const reasonOf = ({ reason }: KeptWords['suppressed'][number]) => reason as SuppressedWords['reason'];

/** What speakers have divided, as one again: whatever was asked before, the same is made of it. */
function joinByReason(suppressed: KeptWords['suppressed']): SuppressedWords[] {
  const joined: { reason: SuppressedWords['reason']; words: SuppressedWords['words'] }[] = [];
  for (const kept of suppressed) {
    const [last, reason, { words = [] }] = [joined.at(-1), reasonOf(kept), kept];
    if (last?.reason === reason) last.words = [...last.words, ...words];
    else joined.push({ reason, words });
  }
  return joined;
}

function renderSegment(segment: Segment): Expanded<'segments'>[number] {
  const { start, end, speaker, text, confidence, words } = segment;
  const isEstimated = words.some(({ estimated }) => estimated);
  const isOverlapped = words.some(({ overlap }) => overlap);
  return {
    ...roundedTimes({ start, end }),
    speaker,
    text,
    confidence: round(confidence, 3),
    ...(isEstimated && { estimated: true as const }),
    ...(isOverlapped && { overlap: true as const }),
  };
}

function renderWords({ speaker, words }: Segment): Expanded<'words'> {
  return words.map(({ start, end, text, confidence, estimated, overlap }) => ({
    ...roundedTimes({ start, end }),
    speaker,
    text,
    confidence: round(confidence, 3),
    ...(estimated && { estimated }),
    ...(overlap && { overlap }),
  }));
}

function speakersOf(segments: readonly Segment[], names: SpeakerNames): Expanded<'speakers'> {
  const bySpeaker = Map.groupBy(segments, ({ speaker }) => speaker);
  return [...bySpeaker.keys()]
    .sort((a, b) => a - b)
    .map((speaker) => {
      const own = bySpeaker.get(speaker) ?? [];
      return {
        speaker,
        label: names[speaker] ?? `Speaker ${speaker}`,
        seconds: round(
          own.reduce((sum, { start, end }) => sum + end - start, 0),
          2,
        ),
        words: own.reduce((sum, { words }) => sum + words.length, 0),
      };
    });
}

/** A transcript as a file to read or to show with the recording. Ends with a line break unless it is empty. */
export function writeFile(
  transcript: Pick<RenderedTranscript, 'segments' | 'words'>,
  format: Exclude<TranscriptFormat, 'json'>,
): string {
  return writeSegments({ segments: joinWords(transcript) }, format);
}

/** The same of segments, and what their speakers are called. */
export function writeSegments(
  { segments, names }: { segments: readonly Segment[]; names?: SpeakerNames },
  format: Exclude<TranscriptFormat, 'json'>,
): string {
  if (format === 'srt') return renderSrt(segments, names);
  if (format === 'vtt') return renderVtt(segments, names);
  return segments.length === 0 ? '' : `${renderTurns(segments, names)}\n`;
}

/** Gives segments their words again: both are kept in order, and a segment begins when its first word does. */
export function joinWords({ segments, words }: Pick<RenderedTranscript, 'segments' | 'words'>): Segment[] {
  const joined = segments.map((segment) => ({ ...segment, words: [] as Segment['words'][number][] }));
  let at = 0;
  for (const { speaker, ...word } of words) {
    const next = joined[at + 1];
    if (next && word.start >= next.start && speaker === next.speaker) at += 1;
    joined[at]?.words.push(word);
  }
  return joined;
}

const roundedTimes = (times: { start: number; end: number }) => ({
  start: round(times.start, 3),
  end: round(times.end, 3),
});

function round(value: number, decimals: number): number {
  const scale = 10 ** decimals;
  return Math.round(value * scale) / scale;
}
