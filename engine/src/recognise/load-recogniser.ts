import { join } from 'node:path';

import { MOONSHINE_SHAPES } from './moonshine-shape.ts';
import { loadRecogniser as loadMoonshineRecogniser, type Recogniser } from './recogniser.ts';
import type { RecogniserModel } from './recogniser-model.ts';

/**
 * Loads a recogniser by whatever runs it. sherpa-onnx, with a runtime of its own, is only loaded when a model needs it.
 *
 * @throws UnexpectedModelError when a file is not of the model this engine knows
 */
export async function loadRecogniser(model: RecogniserModel): Promise<Recogniser> {
  if (model.program === 'moonshine-base' || model.program === 'moonshine-tiny') {
    return loadMoonshineRecogniser({
      encoderPath: join(model.folder, 'encoder_model.onnx'),
      decoderPath: join(model.folder, 'decoder_model_merged.onnx'),
      shape: MOONSHINE_SHAPES[model.program],
    });
  }
  const { loadSherpaRecogniser } = await import('./sherpa/sherpa-recogniser.ts');
  return loadSherpaRecogniser(model);
}
