import { expect, test } from 'vitest';

import { promptWords } from './uploads.rules.ts';

const phrases = (count: number, name: string): string[] =>
  Array.from({ length: count }, (_, index) => `${name} ${index}`);

test('only the last 200 words of a prompt count', () => {
  // Two words each.
  const prompt = [...phrases(50, 'early'), ...phrases(100, 'late')];
  expect(promptWords(prompt.join(', '))).toBe(phrases(100, 'late').join(', '));
});

test('a prompt of fewer words counts whole, without blanks and empty places', () => {
  expect(promptWords(' Icana ,, Flinders Street\n')).toBe('Icana, Flinders Street');
  expect(promptWords(' , ')).toBeNull();
});
