import { useMemo, useRef } from 'react';

/** How much of the window is covered above the text and below it, in pixels. */
export interface Covers {
  readonly top: () => number;
  readonly bottom: () => number;
}

/** What stays where it is while the text moves under it: a dock above it, and on a phone the player below it. */
export function useCovers() {
  const dock = useRef<HTMLDivElement>(null);
  const player = useRef<HTMLElement>(null);
  const covers = useMemo((): Covers => {
    const heightOver = (element: HTMLElement | null): number => {
      const { top } = element?.getBoundingClientRect() ?? { top: 0 };
      return top > window.innerHeight / 2 ? window.innerHeight - top : 0;
    };
    return {
      top: () => dock.current?.getBoundingClientRect().bottom ?? 0,
      bottom: () => heightOver(player.current),
    };
  }, []);
  return { dock, player, covers };
}
