import sherpa, {
  type OfflineModelConfig,
  type OfflineRecognizer,
  type OfflineRecognizerResult,
} from 'sherpa-onnx-node';

import { SAMPLE_RATE } from '../../audio/pcm-file.ts';
import type { Recogniser, Recognition } from '../recogniser.ts';
import { AUTO_LANGUAGE, type RecogniserModel } from '../recogniser-model.ts';
import { lengthWithoutLoop } from '../repetition.ts';
import type { WindowSound } from '../speech-mask.ts';
import { foundLanguage, sherpaConfig } from './model-config.ts';
import { wordsOfResult } from './sherpa-words.ts';

/** Less holds no word, and some models fail on it. */
const SHORTEST_SECONDS = 0.1;
/** The models' own features differ; each brings their number in its file. */
const FEATURES = { sampleRate: SAMPLE_RATE, featureDim: 80 };

/**
 * Loads a model that sherpa-onnx runs (github.com/k2-fsa/sherpa-onnx). Whisper hears the first 30 s of a window at most,
 * which is more than a window has.
 */
export async function loadSherpaRecogniser(model: RecogniserModel): Promise<Recogniser> {
  let language = model.language;
  let recognizer = await load(sherpaConfig(model));

  /** Whisper is told another language as it is, the others are loaded anew. */
  async function switchTo(wanted: string) {
    if (wanted === language) return;
    const modelConfig = sherpaConfig({ ...model, language: wanted });
    if (model.program === 'whisper') recognizer.setConfig({ featConfig: FEATURES, modelConfig });
    else if (model.program === 'sense-voice') recognizer = await load(modelConfig);
    language = wanted;
  }

  return {
    async recognise(window) {
      await switchTo(window.language ?? AUTO_LANGUAGE);
      return await recogniseWith(recognizer, window);
    },
  };
}

/** A recogniser from sherpa-onnx' own description of a model. */
export async function load(modelConfig: OfflineModelConfig): Promise<OfflineRecognizer> {
  return sherpa.OfflineRecognizer.createAsync({ featConfig: FEATURES, modelConfig });
}

export async function recogniseWith(
  recognizer: OfflineRecognizer,
  window: WindowSound,
): Promise<Recognition> {
  const { samples } = window;
  if (samples.length < SHORTEST_SECONDS * SAMPLE_RATE) return { words: [], ending: 'complete' };
  const stream = recognizer.createStream();
  stream.acceptWaveform({ samples, sampleRate: SAMPLE_RATE });
  const result = await recognizer.decodeAsync(stream);
  const cut = withoutLoop(result);
  const words = wordsOfResult(cut ?? result, window);
  return { words, ending: cut ? 'loop' : 'complete', language: foundLanguage(result.lang) };
}

/** A result that ends in a loop, cut after its first round. */
function withoutLoop(result: OfflineRecognizerResult): OfflineRecognizerResult | undefined {
  const distinct = [...new Set(result.tokens)];
  const kept = lengthWithoutLoop(result.tokens.map((token) => distinct.indexOf(token)));
  if (kept === undefined) return undefined;
  const { tokens, timestamps, durations, ys_log_probs: logarithms } = result;
  return {
    ...result,
    text: tokens.slice(0, kept).join('').replaceAll('\u2581', ' ').trim(),
    tokens: tokens.slice(0, kept),
    timestamps: timestamps.slice(0, kept),
    durations: durations.slice(0, kept),
    ys_log_probs: logarithms.slice(0, kept),
  };
}
