import { expect, test } from 'vitest';

import { scoreVocabulary } from './score.ts';

const VOCABULARY = ['José', 'GPT-4', 'Redis'];

test('a phrase counts as written with its capitals, accents and signs only', () => {
  const reference = 'José asked GPT-4.';
  expect(scoreVocabulary({ text: 'Jose asked GPT 4.', reference }, VOCABULARY)).toMatchObject({
    spoken: 2,
    written: 0,
  });
  expect(scoreVocabulary({ text: "José's asked GPT-4", reference }, VOCABULARY)).toMatchObject({
    spoken: 2,
    written: 2,
  });
});

test('a phrase that was not said counts as inserted, each time', () => {
  const score = scoreVocabulary(
    { text: 'Redis or Redis, Redistribute', reference: 'Redis or what' },
    VOCABULARY,
  );
  expect(score).toMatchObject({ spoken: 1, written: 1, inserted: ['Redis'] });
});
