import type { ModelPaths } from '../process/protocol.ts';
import { ensureWithProgress, type ShownOptions } from './progress.ts';
import { createModelStore, type ModelStore } from './store.ts';

const RECOGNISER = 'moonshine-base-en';
const SPEECH_DETECTOR = 'silero-vad';

/** What a transcription needs when nobody asks for anything else. */
export const defaultModelIds: readonly string[] = [RECOGNISER, SPEECH_DETECTOR];

interface DefaultModelOptions extends ShownOptions {
  readonly store?: ModelStore | undefined;
}

/**
 * Where the default models lie, fetched first if they are not there yet. Throws a `ModelError` when they cannot be
 * had. With everything in place this takes a few `stat` calls and no network.
 */
export async function defaultModelPaths(options: DefaultModelOptions = {}): Promise<ModelPaths> {
  const { store = createModelStore(), ...shown } = options;
  await ensureWithProgress(store, defaultModelIds, shown);
  return {
    encoder: store.path(RECOGNISER, 'encoder_model.onnx'),
    decoder: store.path(RECOGNISER, 'decoder_model_merged.onnx'),
    speechDetector: store.path(SPEECH_DETECTOR, 'silero_vad_v5.onnx'),
  };
}
