import { expect, test } from 'vitest';

import { messageField, numberField, readFields, textField } from './wire-format.ts';

test('what is written is read back, short and long', () => {
  const long = 'x'.repeat(70_000);
  const message = Buffer.concat([...textField(1, 'abc'), ...numberField(20, 2 ** 40), ...textField(3, long)]);
  const fields = readFields(message);
  expect(fields.map(({ number }) => number)).toEqual([1, 20, 3]);
  expect(new TextDecoder().decode(fields[2]!.content)).toBe(long);
  expect(Buffer.concat(fields.map(({ raw }) => raw))).toEqual(message);
});

test('bytes are as the format has them', () => {
  expect(Buffer.concat(messageField(2, numberField(1, 300))).toString('hex')).toBe('120308ac02');
});

test('fixed-width fields are passed over', () => {
  const fixed = Uint8Array.of(0x0d, 1, 2, 3, 4, 0x11, 1, 2, 3, 4, 5, 6, 7, 8);
  expect(readFields(fixed).map(({ raw }) => raw.length)).toEqual([5, 9]);
});

test('a message that is cut short, or no message, is refused', () => {
  const whole = Buffer.concat(textField(1, 'abc'));
  expect(() => readFields(whole.subarray(0, 4))).toThrow(RangeError);
  expect(() => readFields(Uint8Array.of(0x08, 0xff))).toThrow(RangeError);
  expect(() => readFields(new TextEncoder().encode('<html>'))).toThrow(RangeError);
});
