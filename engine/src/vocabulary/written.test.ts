import { expect, test } from 'vitest';

import { writeKnownPhrases } from './written.ts';

/** A word a token. */
const spelled = (text: string) =>
  text
    .split(' ')
    .map((word, index) => ({ text: word, firstToken: index, lastToken: index, spokenTokens: [index] }));

test('a phrase is written as the prompt has it, and keeps what belongs to the words around it', () => {
  const known = [{ first: 1, end: 3, text: 'São Paulo', spelled: 'Sao Paulo' }];
  const written = writeKnownPhrases(spelled("in “Sao Paulo's, streets"), known);
  expect(written.map(({ text }) => text)).toEqual(['in', '“São', "Paulo's,", 'streets']);
});
