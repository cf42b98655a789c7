import { plainLetters } from './letters.ts';

/**
 * What is read out when a word is read: "GPT-4" is "gee pee tee four", "José" is "jose". English, and only so far as
 * two writings of one sound come out alike.
 */

const LETTER_NAMES: Readonly<Record<string, string>> = {
  a: 'ay', b: 'bee', c: 'see', d: 'dee', e: 'ee', f: 'ef', g: 'jee', h: 'aitch', i: 'eye', j: 'jay', k: 'kay', l: 'el',
  m: 'em', n: 'en', o: 'oh', p: 'pee', q: 'cue', r: 'ar', s: 'es', t: 'tee', u: 'you', v: 'vee', w: 'doubleyou',
  x: 'ex', y: 'why', z: 'zee',
}; // prettier-ignore

const DIGIT_NAMES = ['zero', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine'] as const;

/** In "PostgreSQL", "HbA1c" and "GPT-4": capitals, words, numbers. */
const PARTS = /\p{Lu}+(?!\p{Ll})|\p{Lu}?\p{Ll}+|\p{Nd}+|\p{L}+/gu;
const MOST_SPELLED_LETTERS = 5;

/**
 * The ways in which a text may be read out, as small letters without spaces: as words, and with what looks like an
 * acronym or a number spelled. One way where both are the same, none where nothing can be read.
 */
export function spokenForms(text: string): string[] {
  const words = text.replace(/['’]/g, '').split(/\s+/);
  const asWords = spellDigits(plainLetters(text));
  const spelled = words.flatMap((word) => word.match(PARTS)?.map(spellPart) ?? []).join('');
  return [...new Set([asWords, spelled])].filter(Boolean);
}

function spellPart(part: string): string {
  const plain = plainLetters(part);
  return isSpelled(part, plain) ? plain.replace(/./g, (letter) => LETTER_NAMES[letter]!) : spellDigits(plain);
}

function spellDigits(text: string): string {
  return text.replace(/\d/g, (digit) => DIGIT_NAMES[Number(digit)]!);
}

/** Capitals are spelled, and so is what has no vowel: recognisers write "http" and "Nhs", too. */
function isSpelled(part: string, plain: string): boolean {
  if (plain.length > MOST_SPELLED_LETTERS || /\d/.test(plain)) return false;
  return (part === part.toUpperCase() && part !== part.toLowerCase()) || !/[aeiouy]/.test(plain);
}
