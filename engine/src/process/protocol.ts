import type { DecodeOptions } from '../audio/decode.ts';
import type { AudioFacts } from '../audio/probe.ts';
import type { PreparedPart } from '../speech/prepare.ts';
import type { Recognition } from '../recognise/recogniser.ts';
import type { RecogniserModel } from '../recognise/recogniser-model.ts';
import type { AnalysedSpeakers } from '../speakers/speakers.ts';
import type { SpeakerHint, SpeechRegion } from '../types.ts';

/**
 * What an engine process can be asked to do. Every operation is deterministic: asked again after a crash, it sends the
 * same events in the same order, so what was already taken in can be skipped. The probe alone gives no more than its
 * result.
 */
export interface Operations {
  /**
   * Tells about once a second how much it has counted, in seconds of the recording: only to be told from one that hangs,
   * since these events go by the clock and are others each time.
   */
  probe: Operation<{ path: string; maxDurationSeconds?: number }, AudioFacts, number>;
  /** Answers with the decoded duration in seconds. */
  prepare: Operation<DecodeOptions, number, PreparedPart>;
  /** Recognises the samples `[from, to)` of a file of 16-bit samples: one window. */
  recognise: Operation<
    {
      pcm: string;
      from: number;
      to: number;
      speech: Float32Array;
      model: RecogniserModel;
      prompt?: string | undefined;
    },
    Recognition
  >;
  /**
   * `channelLevels` is where `prepare` wrote them, if it did; `segmentation` the path of a model, if there is one. Tells
   * how far it has come, in seconds of the recording: a long one takes longer than an operation may be silent.
   */
  speakers: Operation<
    {
      pcm: string;
      channelLevels: string;
      regions: readonly SpeechRegion[];
      hint: SpeakerHint;
      segmentation?: string | undefined;
    },
    AnalysedSpeakers,
    number
  >;
  /** Loads all models, of recognisers this one, so that whatever comes first need not wait for them. */
  load: Operation<{ model: RecogniserModel }, void>;
}

interface Operation<Input, Result, Event = never> {
  readonly input: Input;
  readonly result: Result;
  readonly event: Event;
}

export type OperationName = keyof Operations;

/** Where models lie that every recording needs. Given to an engine process when it starts; loaded when first needed. */
export interface ModelPaths {
  readonly speechDetector: string;
}

export interface RequestMessage<Name extends OperationName = OperationName> {
  readonly operation: Name;
  readonly input: Operations[Name]['input'];
}

/** `unusable` marks an error that is the recording's own fault, as against one of the engine. */
export type ReplyMessage =
  | { readonly kind: 'event'; readonly event: unknown }
  | { readonly kind: 'result'; readonly result: unknown }
  | { readonly kind: 'error'; readonly message: string; readonly stack: string; readonly unusable: boolean };
