import { useCallback, useEffect, useRef, useState } from 'react';

import type { Playback } from '../player/playback.ts';
import { segmentAt, wordAt, type Timeline } from './timeline.ts';

/**
 * Keeps the word in view that is being said, until the person scrolls: then the page stays where it is, until it is
 * asked to follow again.
 */
export function useFollowing(parts: {
  playback: Playback;
  timeline: Timeline;
  reveal: (row: number, selector: string) => void;
}) {
  const { playback, timeline, reveal } = parts;
  const [isFollowing, setFollowing] = useState(true);
  const lastWord = useRef(-1);
  const stop = useCallback(() => setFollowing(false), []);
  const follow = useCallback(() => {
    lastWord.current = -1;
    setFollowing(true);
  }, []);

  useEffect(() => whenScrolled(stop), [stop]);
  useEffect(() => {
    if (!isFollowing) return undefined;
    const show = () => {
      const word = wordAt(timeline, playback.seconds());
      if (word === lastWord.current) return;
      lastWord.current = word;
      if (word >= 0) reveal(segmentAt(timeline, playback.seconds()), `[data-word="${word}"]`);
    };
    show();
    return playback.subscribe(show);
  }, [isFollowing, playback, timeline, reveal]);

  return { isFollowing, follow, stop };
}

/** Keys that move the page. */
const SCROLLING_KEYS = new Set(['PageUp', 'PageDown', 'Home', 'End', 'ArrowUp', 'ArrowDown']);

/** Tells of scrolling by hand alone, of which the event of that name knows nothing. Returns what ends it. */
function whenScrolled(tell: () => void): () => void {
  const controller = new AbortController();
  const { signal } = controller;
  window.addEventListener('wheel', tell, { passive: true, signal });
  window.addEventListener('touchmove', tell, { passive: true, signal });
  window.addEventListener('keydown', ({ key }) => SCROLLING_KEYS.has(key) && tell(), { signal });
  // The bar that scrolls the page is beside all that is on it.
  window.addEventListener(
    'mousedown',
    ({ clientX }) => clientX >= document.documentElement.clientWidth && tell(),
    { signal },
  );
  return () => controller.abort();
}
