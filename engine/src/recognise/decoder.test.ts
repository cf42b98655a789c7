import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { expect, test } from 'vitest';

import { describeWithSpeech, speechFile } from '../../../test/support/speech-recordings.ts';
import { openSpeechModels } from '../models/speech-models.ts';
import { decodeFile } from '../speakers/recordings.fixture.ts';
import { adaptDecoderGraph } from './decoder-graph.ts';
import { startDecoding, type NextToken } from './decoder.ts';
import { likeliestToken } from './likeliest.ts';
import { alignmentLayers, MOONSHINE_SHAPES } from './moonshine-shape.ts';
import { BEGIN_TOKEN, tokensOf } from './vocabulary.ts';

const SHAPE = MOONSHINE_SHAPES['moonshine-base'];
/** What is multiplied as whole numbers is rounded otherwise where another sequence is beside it. */
const ROUNDING = { probability: 0.1, attention: 0.3 };

describeWithSpeech('on real speech', () => {
  test('sequences side by side are predicted as each alone, and one of them can be gone on with', async () => {
    const begin = await listenTo(speechFile('asr/misc-jfk.flac'));
    const [and, or, so] = ['And', 'Or', 'So'].map((word) => tokensOf(word)[0]!) as [number, number, number];

    async function alone(...tokens: number[]): Promise<NextToken> {
      const decoding = begin();
      let next = await decoding.append(BEGIN_TOKEN);
      for (const token of tokens) next = await decoding.append(token);
      return next;
    }
    const decoding = begin();
    await decoding.append(BEGIN_TOKEN);
    await decoding.branch([and, or].map((token) => ({ from: 0, token })));
    const turned = await decoding.branch([
      { from: 1, token: so },
      { from: 0, token: so },
      { from: 1, token: and },
    ]);
    expectAlike(turned[0]!, await alone(or, so));
    expectAlike(turned[1]!, await alone(and, so));
    expectAlike(turned[2]!, await alone(or, and));

    decoding.rewind(decoding.memory(1), 3);
    expectAlike(await decoding.append(or), await alone(and, so, or));
  });
});

/** Decodings of a recording, each from its beginning. */
async function listenTo(path: string) {
  const { folder } = (await openSpeechModels()).recogniserFor('en');
  const encoder = await InferenceSession.create(join(folder, 'encoder_model.onnx'));
  const published = await readFile(join(folder, 'decoder_model_merged.onnx'));
  const decoder = await InferenceSession.create(adaptDecoderGraph(published, alignmentLayers(SHAPE)));
  const pcm = decodeFile(path);
  const samples = pcm.read(0, pcm.sampleCount);
  const { last_hidden_state: sound } = await encoder.run({
    input_values: new Tensor('float32', samples, [1, samples.length]),
  });
  return () => startDecoding(decoder, sound!, SHAPE);
}

function expectAlike(one: NextToken, other: NextToken): void {
  const [likely, likelyToo] = [likeliestToken(one.logits), likeliestToken(other.logits)];
  expect(likely.token).toBe(likelyToo.token);
  expect(Math.abs(likely.probability - likelyToo.probability)).toBeLessThan(ROUNDING.probability);
  one.attention.forEach((head, index) => {
    const difference = head.reduce(
      (sum, value, frame) => sum + Math.abs(value - other.attention[index]![frame]!),
      0,
    );
    expect(difference).toBeLessThan(ROUNDING.attention);
  });
}
