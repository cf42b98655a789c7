/** The engine's door: give it a file, it gives who said what. It knows nothing of jobs, money or HTTP. */
export { UnusableAudioError } from './audio/errors.ts';
export type { AudioFacts } from './audio/probe.ts';
export type { SpeakerNames } from './captions/names.ts';
export { renderSrt, renderVtt } from './captions/subtitles.ts';
export { renderTurns } from './captions/turns.ts';
export {
  createEngine,
  type Engine,
  type EngineOptions,
  type RunOptions,
  type TranscribeRequest,
} from './engine.ts';
export { composeTranscript, fractionDone } from './pipeline.ts';
export { EngineCrashedError, EngineOperationError } from './process/engine-process.ts';
export { restore } from './restoring.ts';
export { composeSegments, composeSuppressed, numberSpeakers } from './segments.ts';
export type { SpeakerEvidence } from './speakers/evidence/evidence.ts';
export { recountSpeakers } from './speakers/recount.ts';
export { SECONDS_PER_LEVEL } from './speech/levels.ts';
export type * from './types.ts';
export { textOf } from './words.ts';
