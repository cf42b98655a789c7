import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import llama from 'llama-tokenizer-js';
import type { OfflineRecognizer } from 'sherpa-onnx-node';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { describeWithSpeech, speechFile } from '../../../../test/support/speech-recordings.ts';
import { openSpeechModels } from '../../models/speech-models.ts';
import { decodeFile } from '../../speakers/recordings.fixture.ts';
import { FRAME_SAMPLES, loadSpeechModel } from '../../speech/detector.ts';
import { textOf } from '../../words.ts';
import type { WindowSound } from '../speech-mask.ts';
import { load, recogniseWith } from './sherpa-recogniser.ts';

/** sherpa-onnx runs the model for English, too: with the vocabulary as it wants to have it. */
const FILLERS = 768;
const folder = mkdtempSync(join(tmpdir(), 'icana-sherpa-'));
let recognizer: OfflineRecognizer;
let hear: (path: string) => Promise<WindowSound>;

beforeAll(async () => {
  const models = await openSpeechModels();
  const model = models.recogniserFor('en').folder;
  const pieces = llama.vocabById.map((token) => Buffer.from(token).toString('base64'));
  const fillers = Array.from({ length: FILLERS }, (_, index) => Buffer.from(`<${index}>`).toString('base64'));
  const tokens = join(folder, 'tokens.txt');
  writeFileSync(tokens, [...pieces, ...fillers].map((token, id) => `${token}\t${id}\n`).join(''));
  recognizer = await load({
    moonshine: {
      encoder: join(model, 'encoder_model.onnx'),
      mergedDecoder: join(model, 'decoder_model_merged.onnx'),
    },
    tokens,
    numThreads: 1,
  });
  const speechModel = await loadSpeechModel(models.speechDetector);
  hear = async (path) => {
    const pcm = decodeFile(path);
    const samples = pcm.read(0, pcm.sampleCount - (pcm.sampleCount % FRAME_SAMPLES));
    return { samples, speech: await speechModel.detector().push(samples) };
  };
});

afterAll(() => rmSync(folder, { recursive: true }));

test('silence and the shortest windows give no words', async () => {
  for (const length of [0, 400, 1599, 32_000]) {
    const window = { samples: new Float32Array(length), speech: new Float32Array(length / FRAME_SAMPLES) };
    expect((await recogniseWith(recognizer, window)).words).toEqual([]);
  }
});

describeWithSpeech('on real speech', () => {
  test('words without times are placed where speech is, within a second and a half, and marked', async () => {
    const window = await hear(speechFile('asr/misc-jfk.flac'));
    const { words, ending, language } = await recogniseWith(recognizer, window);
    expect(textOf(words)).toMatch(/^And so,? my fellow Americans,? ask.*do for your country\.?$/);
    expect({ ending, language }).toEqual({ ending: 'complete', language: undefined });
    expect(words.every(({ estimated }) => estimated)).toBe(true);
    // By the decoder's attention these begin at 0.3, 3.3, 5.4 and 8.2 s.
    const startOf = (at: number) => words[at]!.start;
    expect(Math.abs(startOf(0) - 0.3)).toBeLessThan(0.5);
    expect(Math.abs(startOf(5) - 3.3)).toBeLessThan(1.5);
    expect(words.at(-1)!.end).toBeLessThan(11);
  });
});
