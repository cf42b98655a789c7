/**
 * What loads and runs a recogniser: our own decoder for the two sizes of Moonshine, sherpa-onnx for the others. Each
 * knows its model's files by fixed names.
 */
export type RecogniserProgram =
  'moonshine-base' | 'moonshine-tiny' | 'whisper' | 'transducer' | 'sense-voice';

/** Asked for as a language, it leaves it to the model to find out what is spoken. */
export const AUTO_LANGUAGE = 'auto';

/** A recogniser as an engine process is told of it: enough to load it, and little enough to go with every window. */
export interface RecogniserModel {
  readonly id: string;
  readonly program: RecogniserProgram;
  /** The folder of its files. */
  readonly folder: string;
  /** What its files take. */
  readonly bytes: number;
  /** The language spoken, one of the model's, or `auto`. */
  readonly language: string;
}
