import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { InferenceSession } from 'onnxruntime-node';
import { expect, test } from 'vitest';

import { openSpeechModels } from '../models/speech-models.ts';
import { UnexpectedModelError } from '../onnx/graph-messages.ts';
import { messageField, numberField, readFields, textField, type Pieces } from '../onnx/wire-format.ts';
import { adaptDecoderGraph, attentionOutput } from './decoder-graph.ts';

const node = (operator: string, output: string, inputs: string[] = []): Pieces =>
  messageField(1, [
    ...inputs.flatMap((input) => textField(1, input)),
    ...textField(2, output),
    ...textField(4, operator),
  ]);
const crossAttention = (layer: number) =>
  node('Softmax', `/model/decoder/layers.${layer}/encoder_attn/Softmax_output_0`);
const selfAttention = (layer: number) =>
  node('Softmax', `/model/decoder/layers.${layer}/self_attn/Softmax_output_0`);
const EMBEDDING = 'model.decoder.embed_tokens.weight_merged_0';
const MATRIX = 'model.decoder.embed_tokens.weight_transposed';
const outputMatrix = [
  ...node('Transpose', `${MATRIX}_quantized`, [`${EMBEDDING}_quantized`]),
  ...node('DequantizeLinear', MATRIX, [
    `${MATRIX}_quantized`,
    `${EMBEDDING}_scale`,
    `${EMBEDDING}_zero_point`,
  ]),
  ...node('MatMul', 'logits', ['norm', MATRIX]),
];
const branchWithout = (nodes: Pieces): Pieces => messageField(5, messageField(6, nodes));
const branch = (nodes: Pieces): Pieces => branchWithout([...outputMatrix, ...nodes]);
const branching = (...branches: Pieces[]): Pieces =>
  messageField(1, [...textField(2, 'logits'), ...textField(4, 'If'), ...branches.flat()]);
const model = (...nodes: Pieces[]) => Buffer.concat([...numberField(1, 8), ...messageField(7, nodes.flat())]);

const twoLayers = branch([
  ...selfAttention(0),
  ...crossAttention(0),
  ...selfAttention(1),
  ...crossAttention(1),
]);

const fieldsOf = (message: Uint8Array, number: number) =>
  readFields(message)
    .filter((field) => field.number === number)
    .map((field) => field.content);
const text = (bytes: Uint8Array | undefined) => new TextDecoder().decode(bytes);

test('the attention of a layer becomes an output of both branches, of the branching and of the graph', () => {
  const edited = adaptDecoderGraph(model(branching(twoLayers, twoLayers)), [1]);
  const graph = fieldsOf(edited, 7)[0]!;
  expect(fieldsOf(graph, 12).map((output) => text(fieldsOf(output, 1)[0]))).toEqual([attentionOutput(1)]);
  const branchingNode = fieldsOf(graph, 1).at(-1)!;
  expect(fieldsOf(branchingNode, 2).map(text)).toEqual(['logits', attentionOutput(1)]);
  const branches = fieldsOf(branchingNode, 5).map((attribute) => fieldsOf(attribute, 6)[0]!);
  expect(branches).toHaveLength(2);
  for (const subgraph of branches) {
    expect(fieldsOf(subgraph, 12).map((output) => text(fieldsOf(output, 1)[0]))).toEqual([
      '/model/decoder/layers.1/encoder_attn/Softmax_output_0',
    ]);
  }
});

test('the output matrix is transposed outside the branches, once, and multiplied as it is stored', () => {
  const graph = fieldsOf(adaptDecoderGraph(model(branching(twoLayers, twoLayers)), [1]), 7)[0]!;
  expect(fieldsOf(graph, 1).map((each) => text(fieldsOf(each, 4)[0]))).toEqual(['Transpose', 'If']);
  const branches = fieldsOf(fieldsOf(graph, 1)[1]!, 5).map((attribute) => fieldsOf(attribute, 6)[0]!);
  expect(branches).toHaveLength(2);
  for (const subgraph of branches) {
    const nodes = fieldsOf(subgraph, 1).filter((each) => text(fieldsOf(each, 4)[0]) !== 'Softmax');
    const inputs = nodes.map((each) => fieldsOf(each, 1).map(text));
    expect(inputs).toEqual([
      ['norm'],
      ['last', `${MATRIX}_quantized`, 'last_zero', `${EMBEDDING}_zero_point`],
      ['integer_logits'],
      ['last_scale', `${EMBEDDING}_scale`],
      ['unscaled_logits', 'logits_scale'],
    ]);
    expect(text(fieldsOf(nodes.at(-1)!, 2)[0])).toBe('logits');
  }
});

test('a branch that makes its output matrix in another way is refused', () => {
  const other = branchWithout(crossAttention(1));
  expect(() => adaptDecoderGraph(model(branching(other, other)), [1])).toThrow(/output matrix/);
});

test('a branch without the layer is refused', () => {
  const oneLayer = branch([...selfAttention(0), ...crossAttention(0)]);
  expect(() => adaptDecoderGraph(model(branching(twoLayers, oneLayer)), [1])).toThrow(UnexpectedModelError);
  expect(() => adaptDecoderGraph(model(branching(branch(selfAttention(1)))), [1])).toThrow(/layer 1/);
});

test('a graph that does not branch once, a damaged file and a file of another kind are refused', () => {
  expect(() => adaptDecoderGraph(model(crossAttention(1)), [1])).toThrow(/branches 0 times/);
  const whole = model(branching(twoLayers, twoLayers));
  expect(() => adaptDecoderGraph(whole.subarray(0, -3), [1])).toThrow(/damaged/);
  expect(() => adaptDecoderGraph(Buffer.from('<html>Not found</html>'), [1])).toThrow(UnexpectedModelError);
  expect(() => adaptDecoderGraph(new Uint8Array(0), [1])).toThrow(UnexpectedModelError);
});

test('the published decoder gives the attention of the layers asked for, and its encoder is refused', async () => {
  const { folder } = (await openSpeechModels()).recogniserFor('en');
  const published = await readFile(join(folder, 'decoder_model_merged.onnx'));
  const edited = adaptDecoderGraph(published, [4, 6]);
  expect(edited.length - published.length).toBeLessThan(2000);
  const session = await InferenceSession.create(edited, { intraOpNumThreads: 1 });
  expect(session.outputNames.slice(-2)).toEqual([attentionOutput(4), attentionOutput(6)]);
  await session.release();
  const encoderBytes = await readFile(join(folder, 'encoder_model.onnx'));
  expect(() => adaptDecoderGraph(encoderBytes, [4])).toThrow(UnexpectedModelError);
});
