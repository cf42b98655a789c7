/**
 * A transcript as it was recognised, in the form that edits are laid over. Its words are those that were believed and
 * those that were suppressed, merged by time; the index of a word in that list is its **place**. Places never change: a
 * recount of the speakers makes other segments of the same words.
 */
export interface Original {
  readonly words: readonly OriginalWord[];
  readonly segments: readonly OriginalSegment[];
}

/** Times are in seconds from the start of the recording, confidence is from 0 to 1. */
export interface OriginalWord {
  readonly start: number;
  readonly end: number;
  readonly text: string;
  readonly confidence: number;
  /** Set where the recogniser gave the word but not its times. */
  readonly estimated?: true | undefined;
  /** Set where somebody else speaks at the same time. It does not travel in columns: nobody is shown it. */
  readonly overlap?: true | undefined;
  /** The index of its segment. */
  readonly segment: number;
}

export interface OriginalSegment {
  readonly start: number;
  readonly end: number;
  readonly speaker: number;
  readonly confidence: number;
  /** Why nobody said it, most likely. Only a suppressed segment has a reason: it is shown once it was restored. */
  readonly reason?: string | undefined;
}

/** The words of an original as it travels: a column for each of their properties, times and confidences in thousandths. */
export interface OriginalColumns {
  readonly segments: readonly OriginalSegment[];
  readonly startsMs: readonly number[];
  readonly lengthsMs: readonly number[];
  readonly texts: readonly string[];
  readonly confidences: readonly number[];
  readonly segmentOf: readonly number[];
  /** The places of words whose times are estimated; all of them, for some models. */
  readonly estimated: readonly number[] | 'all';
}

export function toColumns({ segments, words }: Original): OriginalColumns {
  const estimated = [...words.keys()].filter((place) => words[place]!.estimated);
  return {
    segments,
    startsMs: words.map(({ start }) => thousandths(start)),
    lengthsMs: words.map(({ start, end }) => thousandths(end) - thousandths(start)),
    texts: words.map(({ text }) => text),
    confidences: words.map(({ confidence }) => thousandths(confidence)),
    segmentOf: words.map(({ segment }) => segment),
    estimated: estimated.length > 0 && estimated.length === words.length ? 'all' : estimated,
  };
}

/** What `toColumns` was given, to the millisecond. */
export function fromColumns(columns: OriginalColumns): Original {
  const { segments, startsMs, lengthsMs, texts, confidences, segmentOf, estimated } = columns;
  const isEstimated = new Set(estimated === 'all' ? texts.keys() : estimated);
  const words = texts.map((text, place) => ({
    start: startsMs[place]! / 1000,
    end: (startsMs[place]! + lengthsMs[place]!) / 1000,
    text,
    confidence: confidences[place]! / 1000,
    ...(isEstimated.has(place) && { estimated: true as const }),
    segment: segmentOf[place]!,
  }));
  return { segments, words };
}

const thousandths = (value: number): number => Math.round(value * 1000);
