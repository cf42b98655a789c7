import { onOneLine } from './pieces.ts';

/** What to call speakers, by their numbers; those without a name are called by number. */
export type SpeakerNames = Readonly<Record<number, string>>;

export function nameOf(speaker: number, names: SpeakerNames = {}): string {
  return onOneLine(names[speaker] ?? '') || `Speaker ${speaker}`;
}
