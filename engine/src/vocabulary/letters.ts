/** Letters that are no plain letter with an accent. */
const PLAIN_LETTERS: Readonly<Record<string, string>> = {
  đ: 'd', ð: 'd', ø: 'o', ł: 'l', ı: 'i', ß: 'ss', æ: 'ae', œ: 'oe', þ: 'th', Đ: 'D', Ð: 'D', Ø: 'O', Ł: 'L', Æ: 'Ae', Œ: 'Oe', Þ: 'Th',
}; // prettier-ignore

/** "Nguyễn" is "Nguyen", "Łódź" is "Lodz". */
export function withoutAccents(text: string): string {
  return text
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .replace(/[^\0-\x7f]/g, (letter) => PLAIN_LETTERS[letter] ?? letter);
}

/** The letters and digits of a text and nothing else, small and without accents. */
export function plainLetters(text: string): string {
  return withoutAccents(text)
    .toLowerCase()
    .replace(/[^a-z\d]/g, '');
}

/** "(Icana)," is "Icana". */
export function withoutPunctuation(text: string): string {
  return text.replace(/^[^\p{L}\p{Nd}]+|[^\p{L}\p{Nd}]+$/gu, '');
}

export function capitalised(text: string): string {
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`;
}
