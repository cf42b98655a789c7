import { join } from 'node:path';
import type { OfflineModelConfig } from 'sherpa-onnx-node';

import { AUTO_LANGUAGE, type RecogniserModel } from '../recogniser-model.ts';

/** A model as sherpa-onnx wants to be told of it. One thread: there is an engine process for each core. */
export function sherpaConfig({ program, folder, language }: RecogniserModel): OfflineModelConfig {
  const file = (name: string) => join(folder, name);
  const common = { tokens: file('tokens.txt'), numThreads: 1 };
  const encoder = file('encoder.int8.onnx');
  const decoder = file('decoder.int8.onnx');
  switch (program) {
    case 'whisper':
      return {
        ...common,
        whisper: { encoder, decoder, language: whisperLanguage(language), task: 'transcribe' },
      };
    case 'transducer':
      return {
        ...common,
        transducer: { encoder, decoder, joiner: file('joiner.int8.onnx') },
        modelType: 'nemo_transducer',
      };
    case 'sense-voice':
      return {
        ...common,
        senseVoice: { model: file('model.int8.onnx'), language, useInverseTextNormalization: 1 },
      };
    default:
      throw new TypeError(`sherpa-onnx does not run ${program}.`);
  }
}

/** Whisper knows Javanese by a code of its own. */
const WHISPER_JAVANESE = 'jw';

function whisperLanguage(language: string): string {
  if (language === AUTO_LANGUAGE) return '';
  return language === 'jv' ? WHISPER_JAVANESE : language;
}

/** The ISO code of a language as a model names it; none where it does not say. */
export function foundLanguage(named: string): string | undefined {
  const code = named.replaceAll(/[<|>]/g, '');
  if (code === WHISPER_JAVANESE) return 'jv';
  return code === '' ? undefined : code;
}
