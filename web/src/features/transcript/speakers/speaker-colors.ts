/** A colour on a light page and on a dark one. */
interface SpeakerColor {
  readonly light: string;
  readonly dark: string;
}

/**
 * One after the other as different as can be, for those who see fewer colours, too. A white number can be read on the
 * light page's and a black one on the dark page's: nobody needs to know a speaker by the colour.
 */
export const SPEAKER_COLORS: readonly SpeakerColor[] = [
  { light: '#1d5fbf', dark: '#7db3ff' },
  { light: '#b04a06', dark: '#f5a95b' },
  { light: '#0b6e66', dark: '#5fd3c3' },
  { light: '#b01e77', dark: '#f58cc8' },
  { light: '#6a6400', dark: '#d9cf4e' },
  { light: '#6d3fc9', dark: '#bda3ff' },
  { light: '#2f7a1d', dark: '#9bd977' },
  { light: '#b3261e', dark: '#ff9a8f' },
  { light: '#475569', dark: '#b8c4d4' },
  { light: '#7a4a2b', dark: '#d9ac88' },
];

export type ColorScheme = keyof SpeakerColor;

/** What is drawn where nobody speaks. */
export const NOBODY: SpeakerColor = { light: '#a3adba', dark: '#5b6572' };

/** The colour of a speaker, by number; after ten they come again. */
export const colorOf = (speaker: number, scheme: ColorScheme): string =>
  SPEAKER_COLORS[(speaker - 1) % SPEAKER_COLORS.length]![scheme];
