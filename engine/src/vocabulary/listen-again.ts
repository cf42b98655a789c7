import type { Decoding, DecoderMemory } from '../recognise/decoder.ts';
import { decodeGreedily, type DecodedToken } from '../recognise/greedy.ts';
import { BEGIN_TOKEN, tokensAfterWords } from '../recognise/vocabulary.ts';
import { spellWords, weakestToken } from '../recognise/words.ts';
import type { CommonWords } from './common-words.ts';
import { capitalised, plainLetters, withoutPunctuation } from './letters.ts';
import { hearPhrase, predictionAt, type HeardPhrase, type Spot } from './phrase-hearing.ts';
import { phraseStandingAt, placesAt, type HeardWord } from './places.ts';
import type { Phrase } from './prompt.ts';

export interface FirstHearing {
  readonly decoding: Decoding;
  /** What the decoder remembers of the tokens. */
  readonly memory: DecoderMemory;
  readonly tokens: readonly DecodedToken[];
  /** As many tokens as there may be. */
  readonly most: number;
  readonly vocabulary: readonly Phrase[];
  readonly commonWords: CommonWords;
}

/** Tokens `[first, end)` are a phrase of the vocabulary. */
export interface KnownPhrase {
  readonly first: number;
  readonly end: number;
  /** As it is to be written. */
  readonly text: string;
  /** As the tokens spell it. */
  readonly spelled: string;
}

interface SecondHearing {
  readonly tokens: readonly DecodedToken[];
  readonly known: readonly KnownPhrase[];
}

/**
 * Listens again where something that sounds like a phrase of the vocabulary was recognised with some doubt: how likely
 * is it, to the recogniser itself, that the phrase was said there? Phrase and likeliest words are compared token by
 * token. Where the phrase loses less than its likeness allows, it is taken, and all after it is recognised anew,
 * because a name misheard takes words beside it along. The confidence in a phrase is the lowest of the words that it
 * replaces.
 *
 * This is shallow fusion (arxiv.org/abs/1808.02480) in which only what sounds alike gets a bonus, and only if the
 * whole phrase is heard: a greedy search that gives it token by token writes phrases where nobody said them.
 */
export async function listenAgain(hearing: FirstHearing): Promise<SecondHearing> {
  const { decoding } = hearing;
  const known: KnownPhrase[] = [];
  let { tokens, memory } = hearing;
  let from = 0;
  for (;;) {
    const found = await findPhrase({ ...hearing, tokens, memory, from });
    if (!found) return { tokens, known };
    const taken = await takePhrase({ ...hearing, tokens }, found);
    from = taken ? taken.known.end : found.spot.length;
    if (!taken) continue;
    ({ tokens } = taken);
    memory = decoding.memory();
    known.push(taken.known);
  }
}

interface FoundPhrase extends HeardPhrase {
  readonly spot: Spot;
  /** With the capital of a sentence that it begins. */
  readonly text: string;
}

/** The first phrase that is heard at the token `from` or later; of several over the same words the surest. */
async function findPhrase({
  decoding,
  tokens,
  memory,
  from,
  ...search
}: FirstHearing & { from: number }): Promise<FoundPhrase | undefined> {
  const spelled = spellWords(tokens.map(({ id }) => id));
  const words = spelled.map((word) => ({ text: word.text, confidence: weakestToken(word, tokens) }));
  let best: FoundPhrase | undefined;
  let bestEnd = words.length;
  let index = spelled.findIndex(({ firstToken }) => firstToken >= from);
  while (index >= 0 && index < bestEnd) {
    const standing = phraseStandingAt(index, { words, ...search });
    if (standing > 0) {
      // What would take a phrase along that is right already is no improvement.
      best = undefined;
      bestEnd = words.length;
      index += standing;
      continue;
    }
    const places = placesAt(index, { words, ...search });
    if (places.length > 0) {
      const before = spelled[index]!.firstToken;
      const spot = { memory, length: before + 1, last: tokens[before - 1]?.id ?? BEGIN_TOKEN };
      const heard = await hearPhrase(decoding, { spot, places });
      if (heard && heard.margin > (best?.margin ?? 0)) {
        best = { ...heard, spot, text: withCapital(heard.place.phrase.text, words, index) };
        bestEnd = index + heard.place.wordCount;
      }
    }
    index++;
  }
  return best;
}

/**
 * Writes the phrase and recognises all after it anew. Nothing where that finds no end, or turns out to have replaced
 * nothing but one word of common English.
 */
async function takePhrase(
  { decoding, tokens, most, commonWords }: FirstHearing,
  { spot, place, spelling, text }: FoundPhrase,
): Promise<{ tokens: readonly DecodedToken[]; known: KnownPhrase } | undefined> {
  const first = spot.length - 1;
  const said = tokens.slice(0, first);
  let next = await predictionAt(decoding, spot);
  for (const id of spelling.tokens) {
    said.push({ id, probability: place.confidence, attention: next.attention });
    next = await decoding.append(id);
  }
  next = { ...next, logits: afterWord(next.logits) };
  const anew = await decodeGreedily(decoding, { said, next, most });
  if (!anew.ended) return undefined;
  const known = { first, end: said.length, text, spelled: spelling.text };
  const [replaced, ...more] = replacedWords(tokens.slice(first), anew.tokens.slice(known.end));
  if (replaced !== undefined && more.length === 0 && commonWords.has(replaced)) {
    if (plainLetters(replaced) !== plainLetters(text)) return undefined;
  }
  return { tokens: anew.tokens, known };
}

/** The words without punctuation that are there before, up to where both go on alike. */
function replacedWords(before: readonly DecodedToken[], after: readonly DecodedToken[]): string[] {
  const [old, anew] = [before, after].map((tokens) =>
    spellWords(tokens.map(({ id }) => id)).map(({ text }) => withoutPunctuation(text)),
  ) as [string[], string[]];
  let alike = 0;
  while (alike < anew.length && old.at(-1 - alike)?.toLowerCase() === anew.at(-1 - alike)?.toLowerCase())
    alike++;
  return old.slice(0, old.length - alike);
}

/** The word has ended: nothing that would continue it is likely. */
function afterWord(logits: Float32Array): Float32Array {
  const possible = new Float32Array(logits.length).fill(-Infinity);
  for (const token of tokensAfterWords()) possible[token] = logits[token]!;
  return possible;
}

/** A phrase in small letters keeps the capital with which a sentence begins. */
function withCapital(phrase: string, words: readonly HeardWord[], index: number): string {
  const startsSentence = index === 0 || /[.?!]$/.test(words[index - 1]!.text);
  const hasCapital = /^\P{L}*\p{Lu}/u.test(words[index]!.text);
  return startsSentence && hasCapital && phrase === phrase.toLowerCase() ? capitalised(phrase) : phrase;
}
