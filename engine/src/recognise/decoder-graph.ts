import {
  ATTRIBUTE,
  GRAPH,
  MODEL,
  NODE,
  UnexpectedModelError,
  contentsOf,
  floatValue,
  join,
  textOf,
} from '../onnx/graph-messages.ts';
import { messageField, readFields, textField, type Field, type Pieces } from '../onnx/wire-format.ts';

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
    if (!readFields(model).some(({ number }) => number === MODEL.graph)) {
      throw new UnexpectedModelError('The decoder is not an ONNX file: it has no graph.');
    }
    return join(editFields(model, MODEL.graph, (graph) => editGraph(graph, layers)));
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    throw new UnexpectedModelError('The decoder is not an ONNX file, or is damaged.', { cause });
  }
}

function editGraph(graph: Uint8Array, layers: readonly number[]): Pieces {
  let branchings = 0;
  let outputMatrix: Pieces = [];
  const edited = editFields(graph, GRAPH.node, (node) => {
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
  const edited = editFields(node, NODE.attribute, (attribute) =>
    editFields(attribute, ATTRIBUTE.graph, (branch) => editBranch(branch, layers)),
  );
  return [...edited, ...layers.flatMap((layer) => textField(NODE.output, attentionOutput(layer)))];
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
  const branches = contentsOf(branching, NODE.attribute).flatMap((each) => contentsOf(each, ATTRIBUTE.graph));
  return branches
    .slice(0, 1)
    .flatMap(readFields)
    .filter(makesOutputMatrix)
    .map(({ raw }) => raw);
}

function makesOutputMatrix({ number, content }: Field): boolean {
  return number === GRAPH.node && OUTPUT_MATRIX_STEPS.includes(textOf(content, NODE.output));
}

/** Tensor name by layer. Self attention has the same operator: only the name tells them apart. */
function crossAttentions(branch: readonly Field[]): Map<number, string> {
  const names = new Map<number, string>();
  for (const field of branch) {
    if (field.number !== GRAPH.node || operatorOf(field.content) !== 'Softmax') continue;
    const output = textOf(field.content, NODE.output);
    const layer = CROSS_ATTENTION.exec(output)?.[1];
    if (layer !== undefined) names.set(Number(layer), output);
  }
  return names;
}

function operatorOf(node: Uint8Array): string {
  return textOf(node, NODE.operator);
}

const attentionValue = (name: string): Pieces => floatValue(GRAPH.output, name, ATTENTION_SHAPE);

/** The message with the content of each sub-message of one number replaced, and all else as it was. */
function editFields(message: Uint8Array, number: number, edit: (content: Uint8Array) => Pieces): Pieces {
  return readFields(message).flatMap((field) =>
    field.number === number ? messageField(number, edit(field.content)) : [field.raw],
  );
}
