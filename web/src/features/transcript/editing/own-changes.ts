import { applyEdits, labelOf, type EditedSegment, type Original, type Overlay } from '@icana/contract/edits';

/**
 * What somebody changed of a transcript, a line each, to be read and copied where it cannot be kept.
 *
 * @param before the edits that it was changed from
 */
export function ownChanges(
  original: Original,
  { before, after }: { before: Overlay; after: Overlay },
): string[] {
  const named = Object.entries(after.names)
    .filter(([speaker, name]) => before.names[speaker] !== name)
    .map(([speaker, name]) => `Speaker ${speaker} is called ${name}`);
  const known = new Set(applyEdits(original, before).map(gistOf));
  const said = applyEdits(original, after)
    .filter((segment) => !known.has(gistOf(segment)))
    .map(({ speaker, text }) => `${labelOf(after, speaker)}: ${text}`);
  return [...named, ...said];
}

const gistOf = ({ speaker, text, words }: EditedSegment): string => `${words[0]!.first} ${speaker} ${text}`;
