import { expect, test } from 'vitest';

import { decodeByBeam } from './beam.ts';
import type { Decoding } from './decoder.ts';
import { BEGIN_TOKEN, END_TOKEN } from './vocabulary.ts';

const END = 'end';
const NOTHING_MORE = { [END]: 1 };

/** The token that writes an ASCII character. */
const tokenOf = (letter: string) => (letter === END ? END_TOKEN : 3 + letter.charCodeAt(0));
const letterOf = (token: number) => String.fromCharCode(token - 3);

/** A decoder of a language in which these letters come after each text, with these probabilities. */
function speaking(after: Readonly<Record<string, Readonly<Record<string, number>>>>): Decoding {
  let texts = [''];
  const predict = (text: string) => {
    const logits = new Float32Array(300).fill(-100);
    for (const [letter, probability] of Object.entries(after[text] ?? NOTHING_MORE)) {
      logits[tokenOf(letter)] = Math.log(probability);
    }
    return { logits, attention: [] };
  };
  const branch: Decoding['branch'] = async (continuations) => {
    texts = continuations.map(({ from, token }) =>
      token === BEGIN_TOKEN ? texts[from]! : texts[from]! + letterOf(token),
    );
    return texts.map(predict);
  };
  return {
    branch,
    append: async (token) => (await branch([{ from: 0, token }]))[0]!,
    memory: () => ({}),
    rewind: () => undefined,
  };
}

async function decode(after: Parameters<typeof speaking>[0], most = 100) {
  const { tokens, ended } = await decodeByBeam(speaking(after), { most });
  return { text: tokens.map(({ id }) => letterOf(id)).join(''), ended };
}

test('what begins less likely and is likelier as a whole is found', async () => {
  const after = { '': { a: 0.6, b: 0.4 }, a: { c: 0.5, d: 0.5 }, b: { e: 1 } };
  expect(await decode(after)).toEqual({ text: 'be', ended: true });
});

test('sequences that differ in punctuation alone do not crowd out others', async () => {
  const tenLetters = Object.fromEntries(Array.from('ghijklmnop').map((letter) => [letter, 0.1]));
  const after = {
    '': { a: 0.7, b: 0.3 },
    a: { ',': 0.34, '.': 0.33, ';': 0.33 },
    b: { c: 0.7, d: 0.3 },
    'a,': tenLetters,
    'a.': tenLetters,
    'a;': tenLetters,
  };
  expect((await decode(after)).text).toBe('bc');
});

test('an early end that is unlikely cuts nothing off, though a long sequence is less likely as a whole', async () => {
  const sentence = 'abcdefghij';
  const after = Object.fromEntries(
    Array.from(sentence).map((letter, at) => [sentence.slice(0, at), { [letter]: 0.8, [END]: 0.2 }]),
  );
  expect((await decode(after)).text).toBe(sentence);
});

test('what does not end is stopped after as many tokens as are allowed', async () => {
  const after = { '': { a: 1 }, a: { a: 1 }, aa: { a: 1 }, aaa: { a: 1 }, aaaa: { a: 1 } };
  expect(await decode(after, 4)).toEqual({ text: 'aaaa', ended: false });
});
