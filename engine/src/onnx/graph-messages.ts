import { messageField, numberField, readFields, textField, type Pieces } from './wire-format.ts';

/** The model file is not the one this engine knows how to use. No attempt with the same file will succeed. */
export class UnexpectedModelError extends Error {
  override readonly name = 'UnexpectedModelError';
}

/** Field numbers of onnx.proto (github.com/onnx/onnx), of what this engine reads and writes. */
export const MODEL = { formatVersion: 1, graph: 7, operatorSet: 8 } as const;
export const GRAPH = { node: 1, name: 2, constant: 5, input: 11, output: 12 } as const;
export const NODE = { input: 1, output: 2, operator: 4, attribute: 5 } as const;
export const ATTRIBUTE = { name: 1, integer: 3, tensor: 5, graph: 6, integers: 8, type: 20 } as const;
export const TENSOR = { dimension: 1, type: 2, name: 8, bytes: 9 } as const;
const VALUE = { name: 1, type: 2 } as const;

/** What the format calls numbers of 32 bits, and attributes of one whole number and of several. */
export const FLOAT = 1;
const INTEGER_ATTRIBUTE = 2;
const INTEGERS_ATTRIBUTE = 7;

/** The contents of a message's fields of one number, in order. */
export function contentsOf(message: Uint8Array, number: number): Uint8Array[] {
  return readFields(message)
    .filter((field) => field.number === number)
    .map(({ content }) => content);
}

/** The first text field of this number, or nothing. */
export function textOf(message: Uint8Array, number: number): string {
  return textsOf(message, number)[0] ?? '';
}

export function textsOf(message: Uint8Array, number: number): string[] {
  return contentsOf(message, number).map((bytes) => new TextDecoder().decode(bytes));
}

/** A node of a graph. Attributes are whole numbers. An input that is left out has no name. */
export function node(
  operator: string,
  inputs: readonly string[],
  outputs: readonly string[],
  attributes: Readonly<Record<string, number | readonly number[]>> = {},
): Pieces {
  return messageField(GRAPH.node, [
    ...inputs.flatMap((name) => textField(NODE.input, name)),
    ...outputs.flatMap((name) => textField(NODE.output, name)),
    ...textField(NODE.operator, operator),
    ...Object.entries(attributes).flatMap(([name, value]) => attribute(name, value)),
  ]);
}

function attribute(name: string, value: number | readonly number[]): Pieces {
  const content =
    typeof value === 'number'
      ? [...numberField(ATTRIBUTE.integer, value), ...numberField(ATTRIBUTE.type, INTEGER_ATTRIBUTE)]
      : [
          ...value.flatMap((each) => numberField(ATTRIBUTE.integers, each)),
          ...numberField(ATTRIBUTE.type, INTEGERS_ATTRIBUTE),
        ];
  return messageField(NODE.attribute, [...textField(ATTRIBUTE.name, name), ...content]);
}

/** A constant of a graph: numbers of 32 bits, little-endian. */
export function constant(name: string, shape: readonly number[], bytes: Uint8Array): Pieces {
  return messageField(GRAPH.constant, [
    ...shape.flatMap((size) => numberField(TENSOR.dimension, size)),
    ...numberField(TENSOR.type, FLOAT),
    ...textField(TENSOR.name, name),
    ...messageField(TENSOR.bytes, [bytes]),
  ]);
}

/** An input or an output: name, and type: tensor (1) of element type float (1) and shape (2) with dimensions (1). */
export function floatValue(field: number, name: string, shape: readonly (number | string)[]): Pieces {
  const dimensions = shape.flatMap((size) =>
    messageField(1, typeof size === 'number' ? numberField(1, size) : textField(2, size)),
  );
  const tensor = [...numberField(1, FLOAT), ...messageField(2, dimensions)];
  return messageField(field, [
    ...textField(VALUE.name, name),
    ...messageField(VALUE.type, messageField(1, tensor)),
  ]);
}

export function join(pieces: Pieces): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
  let position = 0;
  for (const piece of pieces) {
    whole.set(piece, position);
    position += piece.length;
  }
  return whole;
}
