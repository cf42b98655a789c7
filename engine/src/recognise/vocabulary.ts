import llama from 'llama-tokenizer-js';

/** Moonshine speaks in Llama 2's tokens: 0–2 are marks, 3–258 single bytes. 32 000 and up are fillers it never says. */
export const BEGIN_TOKEN = 1;
export const END_TOKEN = 2;

const BYTE_TOKEN = /^<0x([0-9A-F]{2})>$/;

/** Llama's sign for a space. */
const SPACE = '\u2581';

/**
 * The UTF-8 bytes that a token writes; a letter outside the vocabulary is written with several tokens, so that one
 * token's bytes need not be whole letters. A token that starts a word begins with a space. Marks and fillers write
 * nothing.
 */
export function bytesOfToken(id: number): Uint8Array {
  const token = id > END_TOKEN ? (llama.vocabById[id] ?? '') : '';
  const byte = BYTE_TOKEN.exec(token)?.[1];
  if (byte !== undefined) return Uint8Array.of(Number.parseInt(byte, 16));
  return new TextEncoder().encode(token.replaceAll(SPACE, ' '));
}

/** The tokens in which Llama's tokenizer writes a text. One that starts a word begins with a space. */
export function tokensOf(text: string): number[] {
  return llama.encode(text, false, false);
}

const FOLLOWS_WORD = /^(?:[\s.,;:!?'’)\]"-]|s$)/;
let afterWords: readonly number[] | undefined;

/** The tokens that can stand where a word has ended: the next word, punctuation, an "s", the end. */
export function tokensAfterWords(): readonly number[] {
  afterWords ??= [...llama.vocabById.keys()].filter(
    (id) => id === END_TOKEN || FOLLOWS_WORD.test(Buffer.from(bytesOfToken(id)).toString('utf8')),
  );
  return afterWords;
}
