import { expect, it } from 'vitest';

import { parseReferences } from './reference-table.ts';

it('finds the columns by their names and takes quotation marks as text', () => {
  const text =
    'language\tseconds\tfile\treference\nen\t2.1\ta.wav\tthe "forty-two line Bible"\r\nde\t1\tb.wav\tJa.\n';
  expect(parseReferences(text)).toEqual([
    { file: 'a.wav', language: 'en', reference: 'the "forty-two line Bible"' },
    { file: 'b.wav', language: 'de', reference: 'Ja.' },
  ]);
});

it('names what is missing', () => {
  expect(() => parseReferences('file\tlanguage\treference\na.wav\ten\tyes\nb.wav\ten\n')).toThrow(
    'Line 3 of the references has no "reference".',
  );
  expect(() => parseReferences('file\treference\na.wav\tyes\n')).toThrow('no "language"');
});

it('is empty without rows', () => {
  expect(parseReferences('')).toEqual([]);
  expect(parseReferences('file\tlanguage\treference\n')).toEqual([]);
});
