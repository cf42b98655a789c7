import { messageField, numberField, readFields, textField, type Field, type Pieces } from './wire-format.ts';

/** The model file is not the one this engine knows how to use. No attempt with the same file will succeed. */
export class UnexpectedModelError extends Error {
  override readonly name = 'UnexpectedModelError';
}

/** Field numbers of onnx.proto (github.com/onnx/onnx), for the few messages on the way to a softmax. */
const MODEL_GRAPH = 7;
const GRAPH_NODE = 1;
const GRAPH_OUTPUT = 12;
const NODE_OUTPUT = 2;
const NODE_OP_TYPE = 4;
const NODE_ATTRIBUTE = 5;
const ATTRIBUTE_GRAPH = 6;
const VALUE_NAME = 1;
const VALUE_TYPE = 2;

const CROSS_ATTENTION = /\/layers\.(\d+)\/encoder_attn\/Softmax_output_0$/;
const ATTENTION_SHAPE = ['batch_size', 8, 'decoder_sequence_length', 'encoder_sequence_length'] as const;

/** The matrix from the last layer to the vocabulary: the embedding's, transposed, then from int8 to float. */
const OUTPUT_MATRIX = 'model.decoder.embed_tokens.weight_transposed';
const OUTPUT_MATRIX_STEPS: readonly string[] = [`${OUTPUT_MATRIX}_quantized`, OUTPUT_MATRIX];

/** Under this name an adapted decoder gives the cross attention of a layer: float32 `[batch, 8, tokens, frames]`. */
export function attentionOutput(layer: number): string {
  return `cross_attention.${layer}`;
}

/**
 * Changes the graph of Moonshine's merged decoder in two ways. No weight and no result is changed.
 *
 * The decoder is one `If` node whose two branches (first step; later steps, with a cache) hold the same layers with the
 * same tensor names.
 *
 * 1. The cross attention of some layers becomes an output: which frames of the sound each head looked at for each
 *    token. The published file computes it and keeps it to itself. A softmax is seen outside by being an output of
 *    both branches, of the `If` node and of the graph, in the same order.
 * 2. The output matrix is made outside the branches, where the runtime makes it once, at loading, for both. Inside, each
 *    branch makes its own: at every token (a fifth of the decoder's time), or at loading but twice (90 MB more).
 *
 * @throws UnexpectedModelError when the file is anything else
 */
export function adaptDecoderGraph(model: Uint8Array, layers: readonly number[]): Uint8Array<ArrayBuffer> {
  try {
    if (!readFields(model).some(({ number }) => number === MODEL_GRAPH)) {
      throw new UnexpectedModelError('The decoder is not an ONNX file: it has no graph.');
    }
    return join(editFields(model, MODEL_GRAPH, (graph) => editGraph(graph, layers)));
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    throw new UnexpectedModelError('The decoder is not an ONNX file, or is damaged.', { cause });
  }
}

function editGraph(graph: Uint8Array, layers: readonly number[]): Pieces {
  let branchings = 0;
  let outputMatrix: Pieces = [];
  const edited = editFields(graph, GRAPH_NODE, (node) => {
    if (operatorOf(node) !== 'If') return [node];
    branchings++;
    outputMatrix = outputMatrixNodes(node);
    return editBranching(node, layers);
  });
  if (branchings !== 1) {
    throw new UnexpectedModelError(
      `The decoder should branch once, on its cache, but branches ${branchings} times.`,
    );
  }
  return [...outputMatrix, ...edited, ...layers.flatMap((layer) => attentionValue(attentionOutput(layer)))];
}

function editBranching(node: Uint8Array, layers: readonly number[]): Pieces {
  const edited = editFields(node, NODE_ATTRIBUTE, (attribute) =>
    editFields(attribute, ATTRIBUTE_GRAPH, (branch) => editBranch(branch, layers)),
  );
  return [...edited, ...layers.flatMap((layer) => textField(NODE_OUTPUT, attentionOutput(layer)))];
}

function editBranch(branch: Uint8Array, layers: readonly number[]): Pieces {
  const fields = readFields(branch);
  const softmaxes = crossAttentions(fields);
  const added = layers.flatMap((layer) => {
    const name = softmaxes.get(layer);
    if (name === undefined)
      throw new UnexpectedModelError(`The decoder has no cross attention in layer ${layer}.`);
    return attentionValue(name);
  });
  const kept = fields.filter((field) => !makesOutputMatrix(field));
  if (fields.length - kept.length !== OUTPUT_MATRIX_STEPS.length) {
    throw new UnexpectedModelError('The decoder does not make its output matrix of the embedding.');
  }
  return [...kept.map(({ raw }) => raw), ...added];
}

/** The nodes that make the output matrix, of the first branch: those of the other do the same. */
function outputMatrixNodes(branching: Uint8Array): Pieces {
  const attribute = readFields(branching).find(({ number }) => number === NODE_ATTRIBUTE);
  const branch = attribute && readFields(attribute.content).find(({ number }) => number === ATTRIBUTE_GRAPH);
  return branch
    ? readFields(branch.content)
        .filter(makesOutputMatrix)
        .map(({ raw }) => raw)
    : [];
}

function makesOutputMatrix({ number, content }: Field): boolean {
  return number === GRAPH_NODE && OUTPUT_MATRIX_STEPS.includes(textOf(content, NODE_OUTPUT));
}

/** Tensor name by layer. Self attention has the same operator: only the name tells them apart. */
function crossAttentions(branch: readonly Field[]): Map<number, string> {
  const names = new Map<number, string>();
  for (const field of branch) {
    if (field.number !== GRAPH_NODE || operatorOf(field.content) !== 'Softmax') continue;
    const output = textOf(field.content, NODE_OUTPUT);
    const layer = CROSS_ATTENTION.exec(output)?.[1];
    if (layer !== undefined) names.set(Number(layer), output);
  }
  return names;
}

function operatorOf(node: Uint8Array): string {
  return textOf(node, NODE_OP_TYPE);
}

function textOf(message: Uint8Array, number: number): string {
  const field = readFields(message).find((candidate) => candidate.number === number);
  return field ? new TextDecoder().decode(field.content) : '';
}

/** ValueInfoProto: name, and type: tensor (1) of element type float (1) and shape (2) with dimensions (1). */
function attentionValue(name: string): Pieces {
  const dimensions = ATTENTION_SHAPE.flatMap((size) =>
    messageField(1, typeof size === 'number' ? numberField(1, size) : textField(2, size)),
  );
  const tensor = [...numberField(1, 1), ...messageField(2, dimensions)];
  const type = messageField(VALUE_TYPE, messageField(1, tensor));
  return messageField(GRAPH_OUTPUT, [...textField(VALUE_NAME, name), ...type]);
}

/** The message with the content of each sub-message of one number replaced, and all else as it was. */
function editFields(message: Uint8Array, number: number, edit: (content: Uint8Array) => Pieces): Pieces {
  return readFields(message).flatMap((field) =>
    field.number === number ? messageField(number, edit(field.content)) : [field.raw],
  );
}

function join(pieces: Pieces): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
  let position = 0;
  for (const piece of pieces) {
    whole.set(piece, position);
    position += piece.length;
  }
  return whole;
}
