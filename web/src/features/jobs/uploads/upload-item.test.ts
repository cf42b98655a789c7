import { describe, expect, test } from 'vitest';

import { priceWords, totalWords } from './price-words.ts';
import { adopted, isAgreed, isFileOf, priceOf } from './upload-item.ts';

const KEPT = {
  id: 'b3c1',
  filename: 'talk.mp3',
  sizeBytes: 5,
  receivedBytes: 2,
  lastModifiedMs: 1_700_000_000_000,
  isReceiving: false,
  expiresAt: '2026-11-24T00:00:00Z',
};
const fileWith = (what: { name?: string; content?: string; lastModified?: number }) =>
  new File([what.content ?? 'sound'], what.name ?? 'talk.mp3', {
    lastModified: what.lastModified ?? KEPT.lastModifiedMs,
  });

describe('a file that is chosen again', () => {
  test('is known by its name, its size and its date together', () => {
    const item = adopted(KEPT);
    expect(isFileOf(item, fileWith({}))).toBe(true);
    expect(isFileOf(item, fileWith({ name: 'Talk.mp3' }))).toBe(false);
    expect(isFileOf(item, fileWith({ content: 'noise!' }))).toBe(false);
    expect(isFileOf(item, fileWith({ lastModified: 1 }))).toBe(false);
  });
});

describe('an upload that the page finds with the service', () => {
  test.each([
    [{ receivedBytes: 2, isReceiving: false }, 'incomplete'],
    [{ receivedBytes: 2, isReceiving: true }, 'elsewhere'],
    [{ receivedBytes: 5, isReceiving: false }, 'checking'],
  ])('%j is %s', (what, state) => {
    expect(adopted({ ...KEPT, ...what }).state).toBe(state);
  });
});

describe('a price', () => {
  test('is an estimate from the length until the service has named the exact one', () => {
    const item = { ...adopted(KEPT), estimatedSeconds: 90 };
    expect(priceOf(item, 16_000)).toEqual({ microAud: 24_000, isExact: false });
    const offer = { durationSeconds: 91, priceMicroAud: 24_267, availableMicroAud: 0 };
    expect(priceOf({ ...item, offer }, 16_000)).toEqual({ microAud: 24_267, isExact: true });
    expect(priceOf(adopted(KEPT), 16_000)).toBeNull();
  });

  test('is agreed to when it is what was shown, or hardly more', () => {
    const order = { options: {}, agreedMicroAud: 1_000_000 };
    expect(isAgreed(order, 1_050_000)).toBe(true);
    expect(isAgreed(order, 1_050_001)).toBe(false);
    expect(isAgreed({ options: {}, agreedMicroAud: 1000 }, 11_000)).toBe(true);
    expect(isAgreed({ options: {}, agreedMicroAud: 1000 }, 11_001)).toBe(false);
    expect(isAgreed({ options: {}, agreedMicroAud: null }, 1)).toBe(false);
  });

  test('is told to the last digit when it is exact, and to the cent when it is not', () => {
    expect(priceWords({ microAud: 2667, isExact: true })).toBe('$0.002667');
    expect(priceWords({ microAud: 78_715, isExact: false })).toBe('about $0.08');
    expect(priceWords({ microAud: 2667, isExact: false })).toBe('less than $0.01');
  });

  test('of several is only as sure as the least sure of them', () => {
    const [exact, rough] = [
      { microAud: 20_000, isExact: true },
      { microAud: 30_000, isExact: false },
    ];
    expect(totalWords([exact, exact])).toBe('Price: $0.04');
    expect(totalWords([exact, rough])).toBe('Price: about $0.05');
    expect(totalWords([exact, null])).toBe('Price: at least $0.02');
    expect(totalWords([null])).toBe('The price shows once the length is known.');
  });
});
