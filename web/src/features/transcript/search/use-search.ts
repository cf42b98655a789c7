import type { EditedSegment } from '@icana/contract/edits';
import { useDeferredValue, useMemo, useState } from 'react';

import { findAll, indexTexts, partOfMatch, type Matches, type SearchIndex } from './search-index.ts';

export type Search = ReturnType<typeof useSearch>;

export interface SearchResult {
  readonly index: SearchIndex;
  readonly matches: Matches;
  /** The match that the person is looking at; null where there is none. */
  readonly current: number | null;
}

/** What a person looks for in a transcript. The text is indexed once, when it is first searched. */
export function useSearch(segments: readonly EditedSegment[]) {
  const [phrase, setPhrase] = useState('');
  const [position, setPosition] = useState(0);
  const wanted = useDeferredValue(phrase);
  const isSearched = wanted.trim() !== '';
  const indexed = useMemo(() => onDemand(() => indexTexts(segments.map(({ text }) => text))), [segments]);
  const index = isSearched ? indexed() : null;
  const matches = useMemo(() => index && findAll(index, wanted), [index, wanted]);
  const count = matches?.starts.length ?? 0;
  const current = count === 0 ? null : ((position % count) + count) % count;
  const result = useMemo(
    (): SearchResult | null => index && matches && { index, matches, current },
    [index, matches, current],
  );
  return {
    phrase,
    isSearched,
    count,
    result,
    /** The segment of the current match. */
    segment: result && current !== null ? partOfMatch(result.index, result.matches, current) : null,
    look: (next: string): void => {
      setPhrase(next);
      setPosition(0);
    },
    /** To the match so many further on. */
    step: (by: number): void => setPosition((current ?? 0) + by),
  };
}

/** What `make` makes, once, when it is wanted first. */
function onDemand<Value>(make: () => Value): () => Value {
  let made: { readonly value: Value } | undefined;
  return () => (made ??= { value: make() }).value;
}
