/** Languages written without spaces, or with spaces that writers place freely: their unit is the character. */
const CHARACTER_LANGUAGES: ReadonlySet<string> = new Set(['ja', 'km', 'ko', 'lo', 'my', 'th', 'yue', 'zh']);

/** How the reference readings write what a recogniser abbreviates. */
const ENGLISH_TITLES: ReadonlyMap<string, string> = new Map([
  ['mr', 'mister'],
  ['mrs', 'missus'],
  ['dr', 'doctor'],
]);

/** Letters, marks and digits, with apostrophes only inside: a leading or a trailing one is a quotation mark. */
const SPOKEN_TOKEN = /[\p{L}\p{M}\p{N}]+(?:'[\p{L}\p{M}\p{N}]+)*/gu;

export function isScoredByCharacter(language: string): boolean {
  return CHARACTER_LANGUAGES.has(language);
}

/**
 * A text as the units it is scored by: words, or characters for languages that do not space words.
 *
 * Case, punctuation and symbols do not count. Beyond that:
 * - compatibility forms are unified (NFKC), so full-width digits and composed accents compare equal;
 * - an apostrophe between letters belongs to the word (`don't`, `l'eau`; typographic ones become plain), so
 *   `its` for `it's` is an error;
 * - a hyphen separates (`forty-two` is two words), because unpunctuated references write no hyphens;
 * - a separator between digits vanishes (`600,000` is `600000`); numbers are not spelled out;
 * - in English `mr`, `mrs`, `dr` are written out.
 *
 * @param language ISO 639 code of both texts that will be compared.
 */
export function spokenUnits(text: string, language: string): readonly string[] {
  const plain = text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[\u2018\u2019\u02BC]/gu, "'")
    .replace(/(?<=\p{N})[.,](?=\p{N})/gu, '');
  const tokens = plain.match(SPOKEN_TOKEN) ?? [];
  if (isScoredByCharacter(language)) return tokens.flatMap((token) => Array.from(token));
  if (language === 'en') return tokens.map((token) => ENGLISH_TITLES.get(token) ?? token);
  return tokens;
}
