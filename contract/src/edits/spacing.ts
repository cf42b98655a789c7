/** Letters and punctuation of scripts that have no spaces between words. */
const UNSPACED =
  '\\p{Script=Han}\\p{Script=Hiragana}\\p{Script=Katakana}\\p{Script=Thai}\\p{Script=Lao}\\p{Script=Khmer}' +
  '\\p{Script=Myanmar}\\u3001-\\u303F\\uFF01-\\uFFEF';
/** Of them Thai comes first. To ask only beyond it makes the text of a long transcript in a tenth of the time. */
const FIRST_UNSPACED = 0xe01;
const UNSPACED_END = new RegExp(`[${UNSPACED}]$`, 'u');
const UNSPACED_START = new RegExp(`^[${UNSPACED}]`, 'u');
/** What is written between spaces; of a script without them each sign, with the marks on it. */
const TOKEN = new RegExp(`[${UNSPACED}]\\p{M}*|[^\\s${UNSPACED}]+`, 'gu');

/**
 * Words as a line of text: with spaces between them, where the script has any. The same rule by which the service
 * writes transcripts.
 */
export function textOf(texts: Iterable<string>): string {
  let line = '';
  for (const text of texts) line += line === '' ? text : `${spaceBetween(line, text)}${text}`;
  return line;
}

function spaceBetween(left: string, right: string): ' ' | '' {
  if (right.charCodeAt(0) < FIRST_UNSPACED) return ' ';
  return UNSPACED_END.test(left.slice(-2)) && UNSPACED_START.test(right) ? '' : ' ';
}

/** The least parts of a text that can be kept when others change. `textOf` makes the text of them again. */
export const tokensOf = (text: string): string[] => text.match(TOKEN) ?? [];

/** Line breaks, tabs and characters that are not shown, as one space. */
export const onOneLine = (text: string): string =>
  text
    .toWellFormed()
    .replaceAll(/[\s\p{Cc}]+/gu, ' ')
    .trim();
