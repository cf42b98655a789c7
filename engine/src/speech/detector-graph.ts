import {
  ATTRIBUTE,
  GRAPH,
  MODEL,
  NODE,
  TENSOR,
  UnexpectedModelError,
  constant,
  contentsOf,
  floatValue,
  join,
  node,
  textOf,
} from '../onnx/graph-messages.ts';
import { messageField, numberField, textField, type Pieces } from '../onnx/wire-format.ts';

/** Samples that the net sees for each frame of 512: 64 before it, and its last 64 again, mirrored. */
export const SEEN_SAMPLES = 640;
/** Numbers that the net remembers from one frame to the next, twice: LSTM's hidden and cell state. */
export const MEMORY_WIDTH = 128;

/** The published file has a branch for 16 kHz and one for 8 kHz. */
const BRANCH = 'then_branch';
const BRANCH_PREFIX = 'If_0_then_branch__Inline_0__';
/** ONNX's operators as of this version, in the file format of that one. */
const OPERATOR_SET = 16;
const FORMAT = 8;
const FLOAT_BYTES = 4;

/** In each layer of the encoder, the step from one position to the next. */
const ENCODER_STRIDES = [1, 2, 2, 1] as const;

type Weights = (name: string, shape: readonly number[]) => Uint8Array;

/**
 * Makes of Silero VAD v5 as published, which takes a frame at a time, the same net over a sequence of frames. Only the
 * last but one layer, an LSTM, depends on the frame before, and the runtime can run it along a sequence; all before it
 * is done for many frames at once. The probabilities are the same to 1e-6 and take a third of the time.
 *
 * Inputs: `sound` `[frames, 1, 640]`, `hidden` and `cell` `[1, 1, 128]`. Outputs: `probability` `[frames, 1, 1, 1]`,
 * `next_hidden` and `next_cell`.
 *
 * @throws UnexpectedModelError when the file is anything else
 */
export function sequenceGraph(model: Uint8Array): Uint8Array<ArrayBuffer> {
  const weights = readWeights(model);
  const graph = [
    ...textField(GRAPH.name, 'voice detector'),
    ...nodes(),
    ...constants(weights),
    ...floatValue(GRAPH.input, 'sound', ['frames', 1, SEEN_SAMPLES]),
    ...['hidden', 'cell'].flatMap((name) => floatValue(GRAPH.input, name, [1, 1, MEMORY_WIDTH])),
    ...floatValue(GRAPH.output, 'probability', ['frames', 1, 1, 1]),
    ...['next_hidden', 'next_cell'].flatMap((name) => floatValue(GRAPH.output, name, [1, 1, MEMORY_WIDTH])),
  ];
  return join([
    ...numberField(MODEL.formatVersion, FORMAT),
    ...messageField(MODEL.graph, graph),
    ...messageField(MODEL.operatorSet, [...textField(1, ''), ...numberField(2, OPERATOR_SET)]),
  ]);
}

function nodes(): Pieces {
  const encoder = ENCODER_STRIDES.flatMap((stride, layer) => [
    ...node('Conv', [`layer_${layer}`, `weight_${layer}`, `bias_${layer}`], [`sum_${layer}`], {
      pads: [1, 1],
      strides: [stride],
    }),
    ...node('Relu', [`sum_${layer}`], [`layer_${layer + 1}`]),
  ]);
  return [
    ...node('Conv', ['sound', 'fourier'], ['spectrum'], { strides: [128] }),
    ...node('Split', ['spectrum'], ['real', 'imaginary'], { axis: 1 }),
    ...node('Mul', ['real', 'real'], ['real_power']),
    ...node('Mul', ['imaginary', 'imaginary'], ['imaginary_power']),
    ...node('Add', ['real_power', 'imaginary_power'], ['power']),
    ...node('Sqrt', ['power'], ['layer_0']),
    ...encoder,
    ...node('Transpose', [`layer_${ENCODER_STRIDES.length}`], ['heard'], { perm: [0, 2, 1] }),
    ...node(
      'LSTM',
      ['heard', 'input_gates', 'memory_gates', 'gate_biases', '', 'hidden', 'cell'],
      ['remembered', 'next_hidden', 'next_cell'],
      { hidden_size: MEMORY_WIDTH },
    ),
    ...node('Relu', ['remembered'], ['judged']),
    ...node('MatMul', ['judged', 'verdict'], ['scaled']),
    ...node('Add', ['scaled', 'verdict_bias'], ['logit']),
    ...node('Sigmoid', ['logit'], ['probability']),
  ];
}

function constants(weights: Weights): Pieces {
  const encoder = [
    [128, 129],
    [64, 128],
    [64, 64],
    [128, 64],
  ].flatMap(([to, from], layer) => [
    ...constant(
      `weight_${layer}`,
      [to!, from!, 3],
      weights(`encoder.${layer}.reparam_conv.weight`, [to!, from!, 3]),
    ),
    ...constant(`bias_${layer}`, [to!], weights(`encoder.${layer}.reparam_conv.bias`, [to!])),
  ]);
  const gates = 4 * MEMORY_WIDTH;
  const gatesOf = (name: string, ...width: number[]) =>
    inOrderOfOnnx(weights(`decoder.rnn.${name}`, [gates, ...width]));
  return [
    ...constant('fourier', [258, 1, 256], weights('stft.forward_basis_buffer', [258, 1, 256])),
    ...encoder,
    ...constant('input_gates', [1, gates, MEMORY_WIDTH], gatesOf('weight_ih', MEMORY_WIDTH)),
    ...constant('memory_gates', [1, gates, MEMORY_WIDTH], gatesOf('weight_hh', MEMORY_WIDTH)),
    ...constant('gate_biases', [1, 2 * gates], join([gatesOf('bias_ih'), gatesOf('bias_hh')])),
    ...constant('verdict', [MEMORY_WIDTH, 1], weights('decoder.decoder.2.weight', [1, MEMORY_WIDTH, 1])),
    ...constant('verdict_bias', [1], weights('decoder.decoder.2.bias', [1])),
  ];
}

/** PyTorch has an LSTM's gates in the order input, forget, cell, output; ONNX input, output, forget, cell. */
function inOrderOfOnnx(gates: Uint8Array): Uint8Array {
  const quarter = gates.length / 4;
  return join([0, 3, 1, 2].map((gate) => gates.subarray(gate * quarter, (gate + 1) * quarter)));
}

/** The published file keeps its weights in constant nodes of each branch. */
function readWeights(model: Uint8Array): Weights {
  try {
    const found = new Map(weightsOf(model));
    return (name, shape) => {
      const bytes = found.get(name);
      const wanted = shape.reduce((product, size) => product * size, FLOAT_BYTES);
      if (bytes?.length === wanted) return bytes;
      throw new UnexpectedModelError(`The voice detector has no weights "${name}" of ${wanted} bytes.`);
    };
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    throw new UnexpectedModelError('The voice detector is not an ONNX file, or is damaged.', { cause });
  }
}

function weightsOf(model: Uint8Array): [name: string, bytes: Uint8Array][] {
  const attributes = contentsOf(model, MODEL.graph)
    .flatMap((graph) => contentsOf(graph, GRAPH.node))
    .filter((each) => textOf(each, NODE.operator) === 'If')
    .flatMap((branching) => contentsOf(branching, NODE.attribute));
  return attributes
    .filter((each) => textOf(each, ATTRIBUTE.name) === BRANCH)
    .flatMap((each) => contentsOf(each, ATTRIBUTE.graph))
    .flatMap((branch) => contentsOf(branch, GRAPH.node))
    .flatMap((each) => {
      const tensor = contentsOf(each, NODE.attribute).flatMap((value) =>
        contentsOf(value, ATTRIBUTE.tensor),
      )[0];
      const bytes = tensor && contentsOf(tensor, TENSOR.bytes)[0];
      return bytes
        ? [[textOf(each, NODE.output).replace(BRANCH_PREFIX, ''), bytes] as [string, Uint8Array]]
        : [];
    });
}
