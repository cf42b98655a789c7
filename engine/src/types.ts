import type { SpeakerEvidence } from './speakers/evidence/evidence.ts';

/**
 * The engine's own vocabulary. Every time in the engine is in seconds from the start of the recording, and every
 * interval has `start < end`.
 */

export interface Interval {
  readonly start: number;
  readonly end: number;
}

/** A stretch in which the voice-activity detector heard somebody speak. */
export type SpeechRegion = Interval;

/** A stretch in which one speaker speaks. `speaker` counts from 0; numbers shown to people are made at the end. */
export interface SpeakerTurn extends Interval {
  readonly speaker: number;
}

/** A recognised word as written, punctuation included. `confidence` is the probability of its weakest token, 0 to 1. */
export interface Word extends Interval {
  readonly text: string;
  readonly confidence: number;
  /** Set where the recogniser gave the word but not its times: they may be off by half a second. */
  readonly estimated?: true | undefined;
  /** Set where somebody else speaks at the same time, as far as that can be told. */
  readonly overlap?: true | undefined;
}

/** As one window's recogniser heard it, who knew nothing of the windows beside it. */
export interface RecognisedWord extends Word {
  /** Set for the first word of a window. */
  readonly opensWindow?: true | undefined;
}

/** What a caller knows about who speaks. All bounds are hints on the number of main voices. */
export interface SpeakerHint {
  readonly numSpeakers?: number | undefined;
  readonly minSpeakers?: number | undefined;
  readonly maxSpeakers?: number | undefined;
}

/** A stretch of speech by one speaker. `speaker` counts from 1, by first appearance. */
export interface Segment extends Interval {
  readonly speaker: number;
  readonly text: string;
  readonly confidence: number;
  readonly words: readonly Word[];
}

/** Words that were recognised where most likely nobody said them. */
export interface SuppressedWords {
  readonly reason: 'faster-than-speech' | 'low-confidence' | 'noise-floor' | 'repetition';
  readonly words: readonly Word[];
}

/** The same as the segment that it would be. */
export interface SuppressedSegment extends Segment {
  readonly reason: SuppressedWords['reason'];
}

export interface Transcript {
  readonly durationSeconds: number;
  readonly speakerCount: number;
  /** What most of it was found to be spoken in, where that was asked for and the model says. */
  readonly detectedLanguage?: string | undefined;
  readonly segments: readonly Segment[];
  readonly suppressed: readonly SuppressedSegment[];
  /** From which `recountSpeakers` tells another number of speakers apart, without the audio. */
  readonly speakerEvidence?: SpeakerEvidence | undefined;
  readonly levels?: Levels | undefined;
}

/** How loud a recording is: a byte for each `SECONDS_PER_LEVEL`, 0 for silence, 255 for full scale; in base64. */
export type Levels = string;

/** Speech of about two minutes that is recognised apart from the rest. Times are of its first and last window. */
export interface Chunk extends Interval {
  /** From 0, in order. */
  readonly number: number;
  readonly speechSeconds: number;
  /** All that recognising it takes, in one file. */
  readonly path: string;
}

/** What a chunk was recognised to say. Plain JSON. */
export interface RecognisedChunk {
  readonly words: readonly RecognisedWord[];
  readonly suppressed: readonly SuppressedWords[];
  /** Seconds of windows by the language that the recogniser found out, where it says. */
  readonly languages?: Readonly<Record<string, number>> | undefined;
}

/** What is known of a recording beside its words. Plain JSON. */
export interface PreparedRecording {
  readonly durationSeconds: number;
  readonly chunkCount: number;
  readonly turns: readonly SpeakerTurn[];
  /** Where two people speak at once, in order; none where that cannot be told. */
  readonly overlaps?: readonly Interval[] | undefined;
  readonly speakerEvidence: SpeakerEvidence;
  /** Not there in what older versions have prepared. */
  readonly levels?: Levels | undefined;
}

/** How long one engine process was busy with so much audio. */
export interface Measure {
  readonly stage: 'prepare' | 'recognise' | 'speakers';
  readonly audioSeconds: number;
  readonly busySeconds: number;
}
