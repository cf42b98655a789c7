import { z } from 'zod';

const repeated = (name: string) => `${name} must be sent once, not several times`;

/**
 * A query parameter as text. Sent more than once it is refused: nobody can know which was meant. A NUL no database takes
 * for text.
 */
export const once = (name: string) =>
  z.string(repeated(name)).refine((text) => !text.includes('\0'), `${name} must be text`);

/** A query parameter that is one of a few words. */
export const oneOf = <const Words extends readonly string[]>(name: string, words: Words) =>
  z.enum(words, {
    error: ({ input }) =>
      Array.isArray(input) ? repeated(name) : `${name} must be one of ${words.join(', ')}`,
  });

/** A query parameter that is a whole number, written in plain digits: no sign, no blank, no exponent. */
export function wholeNumber(name: string, { min, max }: { min: number; max: number }) {
  const problem = `${name} must be a whole number from ${min} to ${max}`;
  const fits = (text: string) => /^\d{1,9}$/.test(text) && Number(text) >= min && Number(text) <= max;
  return once(name)
    .refine(fits, problem)
    .transform(Number)
    .meta({ type: 'integer', minimum: min, maximum: max });
}
