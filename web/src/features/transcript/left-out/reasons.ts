/** Why text was left out, as people say it. */
const REASONS: Readonly<Record<string, string>> = {
  'low-confidence': 'The words were little more than a guess.',
  'faster-than-speech': 'More words than anybody can say in that time.',
  'noise-floor': 'Nothing there is loud enough to be speech.',
  repetition: 'The same words over and over.',
};

/** @param reason as the recognition gives it; of a newer one than this page knows, there is that alone to say */
export const inWords = (reason: string): string =>
  REASONS[reason] ?? `It is most likely not speech (${reason}).`;
