/**
 * The protocol-buffer wire format (protobuf.dev/programming-guides/encoding), as far as editing an ONNX file in memory
 * needs it: split a message into its fields, write a field. What is not edited is passed on as views of the original
 * bytes, so a model of 40 MB is copied once, when the edited message is put together.
 */

const VARINT = 0;
const FIXED_64 = 1;
const LENGTH_DELIMITED = 2;
const FIXED_32 = 5;

export interface Field {
  readonly number: number;
  /** The content of a string, bytes or sub-message field; empty for a number. A view, not a copy. */
  readonly content: Uint8Array;
  /** The whole field with its key, as it stands in the message. A view, not a copy. */
  readonly raw: Uint8Array;
}

/** Bytes in pieces, not yet put together. */
export type Pieces = readonly Uint8Array[];

const EMPTY = new Uint8Array(0);

/** The fields of a message in order. Throws `RangeError` when the bytes are not a whole message. */
export function readFields(message: Uint8Array): Field[] {
  const fields: Field[] = [];
  let position = 0;
  while (position < message.length) {
    const start = position;
    const key = readVarint(message, position);
    let contentStart = key.end;
    let end = key.end;
    const wireType = key.value % 8;
    if (wireType === VARINT) end = readVarint(message, end).end;
    else if (wireType === FIXED_64) end += 8;
    else if (wireType === FIXED_32) end += 4;
    else if (wireType === LENGTH_DELIMITED) {
      const length = readVarint(message, end);
      contentStart = length.end;
      end = length.end + length.value;
    } else throw new RangeError(`Wire type ${wireType} at byte ${start} is not known.`);
    if (end > message.length)
      throw new RangeError(`The field at byte ${start} reaches past the end of its message.`);
    const content = wireType === LENGTH_DELIMITED ? message.subarray(contentStart, end) : EMPTY;
    fields.push({ number: Math.floor(key.value / 8), content, raw: message.subarray(start, end) });
    position = end;
  }
  return fields;
}

/** A number field. `value` is a whole number of at most 53 bits, not negative. */
export function numberField(number: number, value: number): Pieces {
  return [Uint8Array.from([...varint(number * 8 + VARINT), ...varint(value)])];
}

/** A sub-message field made of pieces. */
export function messageField(number: number, content: Pieces): Pieces {
  const length = content.reduce((sum, piece) => sum + piece.length, 0);
  return [Uint8Array.from([...varint(number * 8 + LENGTH_DELIMITED), ...varint(length)]), ...content];
}

export function textField(number: number, text: string): Pieces {
  return messageField(number, [new TextEncoder().encode(text)]);
}

function readVarint(bytes: Uint8Array, start: number): { value: number; end: number } {
  let value = 0;
  let scale = 1;
  for (let position = start; position < bytes.length; position++, scale *= 128) {
    const byte = bytes[position]!;
    value += (byte & 127) * scale;
    if (byte < 128) return { value, end: position + 1 };
  }
  throw new RangeError(`The number at byte ${start} has no end.`);
}

/** Not with shifts: those stop at 32 bits. */
function varint(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  while (rest > 127) {
    bytes.push((rest % 128) + 128);
    rest = Math.floor(rest / 128);
  }
  return [...bytes, rest];
}
