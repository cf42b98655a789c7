import type { Interval } from '../../src/types.ts';
import { bestSharedAmount } from './speaker-mapping.ts';

/** A stretch in which somebody speaks. Names mean nothing across the two sides of a comparison. */
export interface SpeakerInterval extends Interval {
  readonly speaker: string;
}

/** Speaker time, in seconds: a second in which two people speak counts twice. */
export interface DiarizationErrors {
  /** What the reference holds: the denominator of the error rate. */
  readonly referenceSeconds: number;
  readonly missedSeconds: number;
  readonly falseAlarmSeconds: number;
  readonly confusedSeconds: number;
}

export interface DiarizationComparison {
  readonly reference: readonly SpeakerInterval[];
  readonly hypothesis: readonly SpeakerInterval[];
  /** This long before and after every boundary of a reference turn nothing is scored. */
  readonly collarSeconds: number;
}

/** A stretch without boundaries inside, and who speaks in it. */
interface Piece {
  readonly seconds: number;
  readonly reference: ReadonlySet<string>;
  readonly hypothesis: ReadonlySet<string>;
}

/**
 * The components of the diarization error rate as NIST's md-eval defines it: overlapped speech is scored, and the
 * speakers of both sides are mapped one to one so that they share the most scored time. Time is not cut into frames:
 * the recording is split at every boundary and each piece is weighed by its exact length.
 */
export function diarizationErrors(comparison: DiarizationComparison): DiarizationErrors {
  const pieces = splitIntoPieces(comparison);
  const weigh = (weight: (reference: number, hypothesis: number) => number) =>
    pieces.reduce(
      (total, { seconds, reference, hypothesis }) =>
        total + seconds * weight(reference.size, hypothesis.size),
      0,
    );
  return {
    referenceSeconds: weigh((reference) => reference),
    missedSeconds: weigh((reference, hypothesis) => Math.max(0, reference - hypothesis)),
    falseAlarmSeconds: weigh((reference, hypothesis) => Math.max(0, hypothesis - reference)),
    // The two sums differ in rounding, and an error cannot be negative.
    confusedSeconds: Math.max(0, weigh(Math.min) - correctSeconds(pieces)),
  };
}

function splitIntoPieces({ reference, hypothesis, collarSeconds }: DiarizationComparison): Piece[] {
  const spoken = joinTurns(reference);
  const found = joinTurns(hypothesis);
  const unscored = spoken
    .flatMap(({ start, end }) => [start, end])
    .map((boundary) => ({ start: boundary - collarSeconds, end: boundary + collarSeconds }));
  const boundaries = [...spoken, ...found, ...unscored].flatMap(({ start, end }) => [start, end]);
  const cuts = [...new Set(boundaries)].sort((a, b) => a - b);
  return cuts.slice(1).flatMap((end, index) => {
    const start = cuts[index] as number;
    const middle = (start + end) / 2;
    if (unscored.some((zone) => covers(zone, middle))) return [];
    return [
      { seconds: end - start, reference: whoSpeaks(spoken, middle), hypothesis: whoSpeaks(found, middle) },
    ];
  });
}

/** One speaker's turns that overlap or touch become one: the boundary between them is none of speech. */
function joinTurns(turns: readonly SpeakerInterval[]): SpeakerInterval[] {
  const joined: SpeakerInterval[] = [];
  for (const ofSpeaker of Map.groupBy(turns, ({ speaker }) => speaker).values()) {
    let current: SpeakerInterval | undefined;
    for (const turn of ofSpeaker.toSorted((a, b) => a.start - b.start)) {
      if (current && turn.start <= current.end) {
        current = { ...current, end: Math.max(current.end, turn.end) };
      } else {
        if (current) joined.push(current);
        current = turn;
      }
    }
    if (current) joined.push(current);
  }
  return joined;
}

function covers({ start, end }: Interval, time: number): boolean {
  return start < time && time < end;
}

function whoSpeaks(turns: readonly SpeakerInterval[], time: number): ReadonlySet<string> {
  return new Set(turns.filter((turn) => covers(turn, time)).map(({ speaker }) => speaker));
}

/** Speaker time given to the right speaker under the best mapping. */
function correctSeconds(pieces: readonly Piece[]): number {
  return bestSharedAmount(
    pieces.flatMap((piece) =>
      [...piece.reference].flatMap((reference) =>
        [...piece.hypothesis].map((hypothesis) => ({ reference, hypothesis, amount: piece.seconds })),
      ),
    ),
  );
}

/** Pools the components of several recordings: a long recording weighs more than a short one. */
export function poolDiarizationErrors(errors: readonly DiarizationErrors[]): DiarizationErrors {
  const sum = (component: keyof DiarizationErrors) =>
    errors.reduce((total, each) => total + each[component], 0);
  return {
    referenceSeconds: sum('referenceSeconds'),
    missedSeconds: sum('missedSeconds'),
    falseAlarmSeconds: sum('falseAlarmSeconds'),
    confusedSeconds: sum('confusedSeconds'),
  };
}

/** Wrong speaker time for each second of reference speaker time, 0 upwards; NaN with no reference. */
export function diarizationErrorRate(errors: DiarizationErrors): number {
  const wrongSeconds = errors.missedSeconds + errors.falseAlarmSeconds + errors.confusedSeconds;
  return wrongSeconds / errors.referenceSeconds;
}
