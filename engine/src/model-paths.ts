import { createModelStore, type ModelStore } from './models/store.ts';
import type { ModelPaths } from './process/protocol.ts';

/** Where the default models lie in a store. Throws a `ModelError` that names the command when one is missing. */
export function modelPaths(store: ModelStore = createModelStore()): ModelPaths {
  return {
    encoder: store.path('moonshine-base-en', 'encoder_model.onnx'),
    decoder: store.path('moonshine-base-en', 'decoder_model_merged.onnx'),
    speechDetector: store.path('silero-vad', 'silero_vad_v5.onnx'),
  };
}
