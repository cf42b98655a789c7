import {
  ATTRIBUTE,
  GRAPH,
  MODEL,
  NODE,
  UnexpectedModelError,
  contentsOf,
  floatValue,
  FLOAT,
  join,
  node,
  textOf,
  textsOf,
} from '../onnx/graph-messages.ts';
import { messageField, readFields, textField, type Field, type Pieces } from '../onnx/wire-format.ts';

const CROSS_ATTENTION = /\/layers\.(\d+)\/encoder_attn\/Softmax_output_0$/;
const ATTENTION_SHAPE = ['batch_size', 8, 'decoder_sequence_length', 'encoder_sequence_length'] as const;

/** The matrix from the last layer to the vocabulary: the embedding's, transposed, and then made float. */
const OUTPUT_MATRIX = 'model.decoder.embed_tokens.weight_transposed_quantized';
const FLOAT_OUTPUT_MATRIX = 'model.decoder.embed_tokens.weight_transposed';
const LOGITS = 'logits';

/** Under this name an adapted decoder gives the cross attention of a layer: float32 `[batch, 8, tokens, frames]`. */
export function attentionOutput(layer: number): string {
  return `cross_attention.${layer}`;
}

/**
 * Changes the graph of Moonshine's merged decoder in two ways. No weight is changed.
 *
 * The decoder is one `If` node whose two branches (first step; later steps, with a cache) hold the same layers with the
 * same tensor names.
 *
 * 1. The cross attention of some layers becomes an output: which frames of the sound each head looked at for each
 *    token. The published file computes it and keeps it to itself. A softmax is seen outside by being an output of
 *    both branches, of the `If` node and of the graph, in the same order.
 * 2. The output matrix stays int8, and what is multiplied with it becomes int8, as with all other matrices. The published
 *    file makes it float, 54 MB: at every token, or at loading once for each branch, to be read at every token. Int8 it
 *    is a quarter, and the decoder takes a fifth less time. It is transposed outside the branches, for both.
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
  const edited = editFields(graph, GRAPH.node, (each) => {
    if (operatorOf(each) !== 'If') return [each];
    branchings++;
    outputMatrix = outputMatrixNode(each);
    return editBranching(each, layers);
  });
  if (branchings !== 1) {
    throw new UnexpectedModelError(
      `The decoder should branch once, on its cache, but branches ${branchings} times.`,
    );
  }
  return [...outputMatrix, ...edited, ...layers.flatMap((layer) => attentionValue(attentionOutput(layer)))];
}

function editBranching(branching: Uint8Array, layers: readonly number[]): Pieces {
  const edited = editFields(branching, NODE.attribute, (attribute) =>
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
  return [...multiplyAsIntegers(fields), ...added];
}

const makes =
  (name: string) =>
  ({ number, content }: Field): boolean =>
    number === GRAPH.node && textOf(content, NODE.output) === name;

/** The fields of a branch with its last multiplication made one of whole numbers. */
function multiplyAsIntegers(fields: readonly Field[]): Pieces {
  const toFloat = fields.find(makes(FLOAT_OUTPUT_MATRIX));
  const multiplication = fields.find(makes(LOGITS));
  if (!toFloat || !multiplication || !fields.some(makes(OUTPUT_MATRIX))) {
    throw new UnexpectedModelError('The decoder does not make its output matrix of the embedding.');
  }
  const [, scale, zeroPoint] = textsOf(toFloat.content, NODE.input);
  const steps = [
    ...node(
      'DynamicQuantizeLinear',
      [textOf(multiplication.content, NODE.input)],
      ['last', 'last_scale', 'last_zero'],
    ),
    ...node('MatMulInteger', ['last', OUTPUT_MATRIX, 'last_zero', zeroPoint!], ['integer_logits']),
    ...node('Cast', ['integer_logits'], ['unscaled_logits'], { to: FLOAT }),
    ...node('Mul', ['last_scale', scale!], ['logits_scale']),
    ...node('Mul', ['unscaled_logits', 'logits_scale'], [LOGITS]),
  ];
  return fields
    .filter((field) => field !== toFloat && !makes(OUTPUT_MATRIX)(field))
    .flatMap((field) => (field === multiplication ? steps : [field.raw]));
}

/** The node that transposes the output matrix, of the first branch: that of the other does the same. */
function outputMatrixNode(branching: Uint8Array): Pieces {
  const branches = contentsOf(branching, NODE.attribute).flatMap((each) => contentsOf(each, ATTRIBUTE.graph));
  return branches
    .slice(0, 1)
    .flatMap((branch) => contentsOf(branch, GRAPH.node))
    .filter((each) => textOf(each, NODE.output) === OUTPUT_MATRIX)
    .flatMap((each) => messageField(GRAPH.node, [each]));
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

function operatorOf(each: Uint8Array): string {
  return textOf(each, NODE.operator);
}

const attentionValue = (name: string): Pieces => floatValue(GRAPH.output, name, ATTENTION_SHAPE);

/** The message with the content of each sub-message of one number replaced, and all else as it was. */
function editFields(message: Uint8Array, number: number, edit: (content: Uint8Array) => Pieces): Pieces {
  return readFields(message).flatMap((field) =>
    field.number === number ? messageField(number, edit(field.content)) : [field.raw],
  );
}
