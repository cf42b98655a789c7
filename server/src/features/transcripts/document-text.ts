import { labelOf, textOf, turnsOf, type EditedSegment } from '@icana/contract/edits';

import type { EditedTranscript } from './edited.rules.ts';

/** A turn that is longer than this goes on in another paragraph, where its speaker pauses. */
const LONG_PARAGRAPH_CHARACTERS = 600;

/** What a document says, before it has a form. */
export interface DocumentText {
  readonly title: string;
  readonly turns: readonly { readonly name: string; readonly start: number; readonly paragraphs: string[] }[];
}

/** What a document says of an edited transcript: who, when, and under it what was said. */
export const documentText = ({ segments, overlay }: EditedTranscript, title: string): DocumentText => ({
  title,
  turns: turnsOf(segments).map((turn) => {
    const { speaker, start } = turn[0]!;
    return { name: labelOf(overlay, speaker), start, paragraphs: paragraphsOf(turn) };
  }),
});

function paragraphsOf(turn: readonly EditedSegment[]): string[] {
  const paragraphs: string[] = [];
  for (const { text } of turn) {
    const open = paragraphs.at(-1);
    if (open === undefined || open.length > LONG_PARAGRAPH_CHARACTERS) paragraphs.push(text);
    else paragraphs[paragraphs.length - 1] = textOf([open, text]);
  }
  return paragraphs;
}
