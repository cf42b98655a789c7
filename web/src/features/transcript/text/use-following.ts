import { useEffect, useRef, useState } from 'react';

import type { Playback } from '../player/playback.ts';
import { segmentAt, wordAt, type Timeline } from './timeline.ts';

/** Keys that move the page. */
const SCROLLING_KEYS = new Set(['PageUp', 'PageDown', 'Home', 'End', 'ArrowUp', 'ArrowDown']);

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

  useEffect(() => {
    const stop = () => setFollowing(false);
    const onKey = ({ key }: KeyboardEvent) => {
      if (SCROLLING_KEYS.has(key)) stop();
    };
    // The bar that scrolls the page is beside all that is on it.
    const onPress = ({ clientX }: MouseEvent) => {
      if (clientX >= document.documentElement.clientWidth) stop();
    };
    window.addEventListener('wheel', stop, { passive: true });
    window.addEventListener('touchmove', stop, { passive: true });
    window.addEventListener('keydown', onKey);
    window.addEventListener('mousedown', onPress);
    return () => {
      window.removeEventListener('wheel', stop);
      window.removeEventListener('touchmove', stop);
      window.removeEventListener('keydown', onKey);
      window.removeEventListener('mousedown', onPress);
    };
  }, []);

  useEffect(() => {
    if (!isFollowing) return undefined;
    const follow = () => {
      const word = wordAt(timeline, playback.seconds());
      if (word === lastWord.current) return;
      lastWord.current = word;
      if (word >= 0) reveal(segmentAt(timeline, playback.seconds()), `[data-word="${word}"]`);
    };
    follow();
    return playback.subscribe(follow);
  }, [isFollowing, playback, timeline, reveal]);

  return {
    isFollowing,
    follow: (): void => {
      lastWord.current = -1;
      setFollowing(true);
    },
    stop: (): void => setFollowing(false),
  };
}
