import { assert, integer, property } from 'fast-check';
import { expect, test } from 'vitest';

import { formatAud, parseAud, toAud } from './money.ts';

test('an amount is written with two decimals, or as many as it takes', () => {
  expect(formatAud(1_440_000)).toBe('1.44');
  expect(formatAud(500_000)).toBe('0.50');
  expect(formatAud(267)).toBe('0.000267');
  expect(formatAud(0)).toBe('0.00');
  expect(formatAud(-12_345_678_900)).toBe('-12345.6789');
});

test('what is written can be read back', () => {
  assert(
    property(integer({ min: -1e12, max: 1e12 }), (microAud) => {
      expect(parseAud(formatAud(microAud))).toBe(microAud);
    }),
  );
});

test.each(['', 'one', '1,44', '1.', '.5', '0.0000001', '1e3', '12345678901'])('%j is no amount', (text) => {
  expect(parseAud(text)).toBeNull();
});

test('JSON shows six decimals exactly', () => {
  expect(JSON.stringify(toAud(1_234_567))).toBe('1.234567');
});
