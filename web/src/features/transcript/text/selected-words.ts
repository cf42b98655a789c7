import type { EditedSegment, EditedWord } from '@icana/contract/edits';

/** The words of a segment that a person has selected, in whole or in part. */
export function selectedWords(
  segment: EditedSegment,
  { row, firstWord }: { row: Element; firstWord: number },
): readonly EditedWord[] {
  const selection = getSelection();
  if (!selection || selection.isCollapsed) return [];
  const range = selection.getRangeAt(0);
  return [...row.querySelectorAll<HTMLElement>('[data-word]')]
    .filter((element) => range.intersectsNode(element) && sharesText(range, element))
    .map(({ dataset }) => segment.words[Number(dataset['word']) - firstWord])
    .filter((word) => word !== undefined);
}

/** Whether there is any text in both: a selection may end where a word begins. */
function sharesText(range: Range, element: Element): boolean {
  const shared = document.createRange();
  shared.selectNodeContents(element);
  if (range.compareBoundaryPoints(Range.START_TO_START, shared) > 0) {
    shared.setStart(range.startContainer, range.startOffset);
  }
  if (range.compareBoundaryPoints(Range.END_TO_END, shared) < 0) {
    shared.setEnd(range.endContainer, range.endOffset);
  }
  return shared.toString() !== '';
}
