import type { SpelledWord } from '../recognise/words.ts';
import type { KnownPhrase } from './listen-again.ts';

/** Words as spelled, but known phrases as the prompt has them. What belongs to a word stays: "Icana's", "Icana,". */
export function writeKnownPhrases(
  words: readonly SpelledWord[],
  known: readonly KnownPhrase[],
): SpelledWord[] {
  const written = [...words];
  for (const { first, end, text, spelled } of known) {
    const parts = text.split(' ');
    const spelledParts = spelled.split(' ');
    const start = words.findIndex(({ firstToken }) => firstToken >= first && firstToken < end);
    parts.forEach((part, index) => {
      const word = words[start + index];
      if (word)
        written[start + index] = { ...word, text: word.text.replace(spelledParts[index]!, () => part) };
    });
  }
  return written;
}
