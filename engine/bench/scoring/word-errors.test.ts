import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { alignWords, countWordErrors, poolWordErrors, wordErrorRate } from './word-errors.ts';

const words = (text: string) => text.split(' ').filter((word) => word !== '');
const errors = (reference: string, hypothesis: string) =>
  countWordErrors(alignWords(words(reference), words(hypothesis)));

describe('word errors, by hand', () => {
  it('are none between a text and itself', () => {
    expect(errors('ask not what', 'ask not what')).toEqual({
      referenceWords: 3,
      substitutions: 0,
      deletions: 0,
      insertions: 0,
    });
  });

  it('tell substitutions, deletions and insertions apart', () => {
    expect(errors('a b c d', 'a x c d')).toMatchObject({ substitutions: 1, deletions: 0, insertions: 0 });
    expect(errors('a b c d', 'a c d')).toMatchObject({ substitutions: 0, deletions: 1, insertions: 0 });
    expect(errors('a b c d', 'a b b c d')).toMatchObject({ substitutions: 0, deletions: 0, insertions: 1 });
    expect(errors('the cat sat on the mat', 'the cat sit on mat now')).toEqual({
      referenceWords: 6,
      substitutions: 1,
      deletions: 1,
      insertions: 1,
    });
  });

  it('are all deletions when nothing was recognised, and all insertions when nothing was said', () => {
    expect(errors('a b', '')).toMatchObject({ referenceWords: 2, deletions: 2, insertions: 0 });
    expect(errors('', 'a b')).toMatchObject({ referenceWords: 0, deletions: 0, insertions: 2 });
  });

  it('keep the reading order: two words exchanged cost two, and one of them still matches', () => {
    expect(errors('a b', 'b a')).toMatchObject({ substitutions: 0, deletions: 1, insertions: 1 });
  });

  it('are paired with the words they stand for', () => {
    expect(alignWords(words('a b c'), words('a x c'))).toEqual([
      { edit: 'match', reference: 0, hypothesis: 0 },
      { edit: 'substitution', reference: 1, hypothesis: 1 },
      { edit: 'match', reference: 2, hypothesis: 2 },
    ]);
    expect(alignWords(words('a b c d'), words('b c d e'))).toEqual([
      { edit: 'deletion', reference: 0 },
      { edit: 'match', reference: 1, hypothesis: 0 },
      { edit: 'match', reference: 2, hypothesis: 1 },
      { edit: 'match', reference: 3, hypothesis: 2 },
      { edit: 'insertion', hypothesis: 3 },
    ]);
  });
});

describe('the word error rate', () => {
  it('is errors over reference words, and passes one where more is invented than said', () => {
    expect(wordErrorRate(errors('a b c d', 'a x c'))).toBe(0.5);
    expect(wordErrorRate(errors('a', 'x y z'))).toBe(3);
  });

  it('pools files by their words, not by their rates', () => {
    const pooled = poolWordErrors([errors('a', 'x'), errors('a b c d e f g h i', 'a b c d e f g h i')]);
    expect(wordErrorRate(pooled)).toBe(0.1);
  });

  it('is no number without a reference', () => {
    expect(wordErrorRate(poolWordErrors([]))).toBeNaN();
  });
});

/** Levenshtein's distance straight from its definition, in exponential time. */
function distanceByDefinition(a: readonly string[], b: readonly string[]): number {
  if (a.length === 0 || b.length === 0) return a.length + b.length;
  const [headA, ...restA] = a;
  const [headB, ...restB] = b;
  if (headA === headB) return distanceByDefinition(restA, restB);
  return (
    1 +
    Math.min(
      distanceByDefinition(restA, restB),
      distanceByDefinition(restA, b),
      distanceByDefinition(a, restB),
    )
  );
}

describe('for any two texts', () => {
  const text = fc.array(fc.constantFrom('a', 'b', 'c'), { maxLength: 6 });

  it('the errors add up to the edit distance', () => {
    fc.assert(
      fc.property(text, text, (reference, hypothesis) => {
        const { substitutions, deletions, insertions } = countWordErrors(alignWords(reference, hypothesis));
        expect(substitutions + deletions + insertions).toBe(distanceByDefinition(reference, hypothesis));
      }),
    );
  });

  it('the alignment walks through both in order and leaves nothing out', () => {
    fc.assert(
      fc.property(text, text, (reference, hypothesis) => {
        const steps = alignWords(reference, hypothesis);
        expect(steps.flatMap((step) => ('reference' in step ? [step.reference] : []))).toEqual([
          ...reference.keys(),
        ]);
        expect(steps.flatMap((step) => ('hypothesis' in step ? [step.hypothesis] : []))).toEqual([
          ...hypothesis.keys(),
        ]);
      }),
    );
  });
});
