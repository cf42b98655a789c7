import { lastUpTo } from '../last-up-to.ts';

/** A text of many parts, to be searched as often as one likes. */
export interface SearchIndex {
  /** All parts, without what case and accents make different; each character where it was before. */
  readonly folded: string;
  /** Where each part begins in it, and after the last one where another would. */
  readonly offsets: Uint32Array;
}

/** Where a phrase was found. */
export interface Matches {
  /** In the whole text, in order. */
  readonly starts: readonly number[];
  /** Of each of them. */
  readonly length: number;
}

/** A stretch of text, from `start` up to before `end`. */
export interface Stretch {
  readonly start: number;
  readonly end: number;
}

/** A match, or what of it is in a part, with its number among all of them. */
export interface Mark extends Stretch {
  readonly match: number;
}

/** Between two parts: a phrase is found that goes on in the next one. */
const GAP = ' ';

export function indexTexts(texts: readonly string[]): SearchIndex {
  const offsets = new Uint32Array(texts.length + 1);
  for (const [index, text] of texts.entries()) {
    offsets[index + 1] = offsets[index]! + text.length + GAP.length;
  }
  return { folded: fold(texts.join(GAP)), offsets };
}

/** Everywhere that a phrase occurs, without overlaps. Nothing is found of nothing. */
export function findAll({ folded }: SearchIndex, phrase: string): Matches {
  const wanted = fold(phrase.replaceAll(/\s+/g, ' ').trim());
  if (wanted === '') return { starts: [], length: 0 };
  const starts: number[] = [];
  for (let at = folded.indexOf(wanted); at >= 0; at = folded.indexOf(wanted, at + wanted.length)) {
    starts.push(at);
  }
  return { starts, length: wanted.length };
}

/** The part in which a match begins. */
export const partOfMatch = ({ offsets }: SearchIndex, { starts }: Matches, match: number): number =>
  lastUpTo(offsets, starts[match]!);

/** What of the matches is in one part, by the part's own characters. */
export function marksInPart({ offsets }: SearchIndex, { starts, length }: Matches, part: number): Mark[] {
  const [begin, end] = [offsets[part]!, offsets[part + 1]! - GAP.length];
  const marks: Mark[] = [];
  for (let match = lastUpTo(starts, begin - length) + 1; match < starts.length; match += 1) {
    const start = starts[match]!;
    if (start >= end) break;
    marks.push({ start: Math.max(begin, start) - begin, end: Math.min(end, start + length) - begin, match });
  }
  return marks;
}

/** Lower case, and letters without their accents. Never longer or shorter: places stay what they are. */
function fold(text: string): string {
  // Few signs are different: one look at each, where a look at all of 30,000 words of Russian took 100 ms.
  const signs = [...new Set(text.replaceAll(/[ -~]+/g, ''))];
  const folded = new Map(signs.map((sign) => [sign, foldSign(sign)]));
  const changed = signs.filter((sign) => folded.get(sign) !== sign);
  if (changed.length === 0) return text.toLowerCase();
  const all = new RegExp(`[${changed.join('')}]`, 'gu');
  return text.replaceAll(all, (sign) => folded.get(sign)!).toLowerCase();
}

function foldSign(sign: string): string {
  const [base = sign, ...marks] = sign.normalize('NFD');
  const plain = marks.every((mark) => /\p{M}/u.test(mark)) ? base.toLowerCase() : sign;
  return plain.length === sign.length ? plain : sign;
}
