import { assert, integer, property } from 'fast-check';
import { describe, expect, test } from 'vitest';

import { priceOfAudio, reversalOf, settlementOf } from './credits.rules.ts';

const PRICE = 16_000;

describe('the price of a recording', () => {
  test('is 0.016 AUD a minute', () => {
    expect(priceOfAudio({ durationMs: 60_000, microAudPerMinute: PRICE })).toBe(16_000);
    expect(priceOfAudio({ durationMs: 90 * 60_000, microAudPerMinute: PRICE })).toBe(1_440_000);
  });

  test('counts every millisecond and rounds half up', () => {
    expect(priceOfAudio({ durationMs: 1, microAudPerMinute: PRICE })).toBe(0); // 0.267
    expect(priceOfAudio({ durationMs: 2, microAudPerMinute: PRICE })).toBe(1); // 0.533
    expect(priceOfAudio({ durationMs: 10_435, microAudPerMinute: PRICE })).toBe(2783); // 2782.67
    expect(priceOfAudio({ durationMs: 1, microAudPerMinute: 30_000 })).toBe(1); // 0.5 exactly
  });

  test('agrees with exact arithmetic whatever the length', () => {
    assert(
      property(
        integer({ min: 0, max: 4e9 }),
        integer({ min: 0, max: 1e6 }),
        (durationMs, microAudPerMinute) => {
          const exact = (BigInt(durationMs) * BigInt(microAudPerMinute) * 2n + 60_000n) / 120_000n;
          expect(priceOfAudio({ durationMs, microAudPerMinute })).toBe(Number(exact));
        },
      ),
    );
  });
});

describe('a settlement', () => {
  test('gives back what was held too much', () => {
    expect(settlementOf({ held: 100, price: 80, available: 5 })).toEqual({
      charged: 80,
      availableChange: 20,
      writtenOff: 0,
    });
  });

  test('takes what was held too little from the balance', () => {
    expect(settlementOf({ held: 100, price: 130, available: 50 })).toEqual({
      charged: 130,
      availableChange: -30,
      writtenOff: 0,
    });
  });

  test('writes off what the balance cannot pay', () => {
    expect(settlementOf({ held: 100, price: 130, available: 10 })).toEqual({
      charged: 110,
      availableChange: -10,
      writtenOff: 20,
    });
  });
});

describe('a reversal', () => {
  test('takes what the balance has, and the rest is lost', () => {
    const reversal = { reversed: 100, writtenOffBefore: 7 };
    expect(reversalOf({ ...reversal, available: 150 })).toEqual({ availableChange: -100, writtenOff: 0 });
    expect(reversalOf({ ...reversal, available: 30 })).toEqual({ availableChange: -30, writtenOff: 70 });
  });

  test('that is undone makes good what was lost before it gives credit', () => {
    const undone = { reversed: -100, available: 5 };
    expect(reversalOf({ ...undone, writtenOffBefore: 0 })).toEqual({ availableChange: 100, writtenOff: 0 });
    expect(reversalOf({ ...undone, writtenOffBefore: 40 })).toEqual({ availableChange: 60, writtenOff: -40 });
    expect(reversalOf({ ...undone, writtenOffBefore: 300 })).toEqual({
      availableChange: 0,
      writtenOff: -100,
    });
  });

  test('and its undoing leave no trace', () => {
    assert(
      property(integer({ min: 1, max: 1e9 }), integer({ min: 0, max: 1e9 }), (reversed, available) => {
        const away = reversalOf({ reversed, available, writtenOffBefore: 0 });
        const again = reversalOf({
          reversed: 0 - reversed,
          available: available + away.availableChange,
          writtenOffBefore: away.writtenOff,
        });
        expect(away.availableChange + again.availableChange).toBe(0);
        expect(away.writtenOff + again.writtenOff).toBe(0);
        expect(available + away.availableChange).toBeGreaterThanOrEqual(0);
      }),
    );
  });
});
