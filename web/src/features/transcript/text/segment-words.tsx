import type { EditedSegment, EditedWord } from '@icana/contract/edits';
import { Fragment, useMemo, type ReactNode } from 'react';

import { piecesOf, stretchesOf } from '../search/marked-pieces.ts';
import type { Mark, Stretch } from '../search/search-index.ts';
import classes from './segment-words.module.css';

/** Below this a word is more likely wrong than most. */
const UNSURE_BELOW = 0.5;

interface Props {
  readonly segment: EditedSegment;
  /** The number of its first word, of all words. */
  readonly firstWord: number;
  readonly marks: readonly Mark[];
  /** The match that the person is looking at. */
  readonly currentMatch: number | null;
  readonly showsUnsure: boolean;
  /** The word that is being said, of this segment's; -1 for none. */
  readonly spoken: number;
}

/** The words of a segment, each by itself: to be clicked, and marked where it is found, unsure or being said. */
export function SegmentWords({ segment, firstWord, marks, currentMatch, showsUnsure, spoken }: Props) {
  const { text, words } = segment;
  const stretches = useMemo(
    () =>
      stretchesOf(
        text,
        words.map((word) => word.text),
      ),
    [text, words],
  );
  const show = (stretch: Stretch): ReactNode =>
    piecesOf(text, stretch, marks).map((piece) =>
      piece.match === undefined ? (
        piece.text
      ) : (
        <mark
          key={piece.match}
          data-match={piece.match}
          data-current={piece.match === currentMatch || undefined}
        >
          {piece.text}
        </mark>
      ),
    );
  return words.map((word, index) => {
    const stretch = stretches[index]!;
    const isUnsure = showsUnsure && word.confidence < UNSURE_BELOW;
    return (
      <Fragment key={stretch.start}>
        {show({ start: stretches[index - 1]?.end ?? 0, end: stretch.start })}
        <span
          className={classes['word']}
          data-word={firstWord + index}
          data-spoken={index === spoken || undefined}
          data-unsure={isUnsure || undefined}
          title={isUnsure ? doubtOf(word) : undefined}
        >
          {show(stretch)}
        </span>
      </Fragment>
    );
  });
}

const doubtOf = ({ confidence }: EditedWord): string =>
  `Not sure of this word: it is right with ${Math.round(confidence * 100)} in 100`;
