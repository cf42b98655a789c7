import type { Interval } from '../types.ts';

/** A chunk is what is lost at most when whoever recognises it dies, and what other machines can take over. */
const CHUNK_SECONDS = 120;
/** The first is short, so that recognition begins while hardly anything of a long recording has been read. */
const FIRST_CHUNK_SECONDS = 30;

export interface ChunkGrouper<Window extends Interval> {
  /** Takes windows in order; gives the chunks that are full now. */
  push(windows: readonly Window[]): Window[][];
  finish(): Window[][];
}

/** Groups recognition windows to chunks of about two minutes. The same windows always make the same chunks. */
export function groupChunks<Window extends Interval>(): ChunkGrouper<Window> {
  const ready: Window[][] = [];
  let open: Window[] = [];
  let wantedSeconds = FIRST_CHUNK_SECONDS;

  function close() {
    ready.push(open);
    open = [];
    wantedSeconds = CHUNK_SECONDS;
  }

  return {
    push(windows) {
      for (const window of windows) {
        open.push(window);
        if (secondsOf(open) >= wantedSeconds) close();
      }
      return ready.splice(0);
    },
    finish() {
      if (open.length > 0) close();
      return ready.splice(0);
    },
  };
}

/** How long the intervals are together. */
export function secondsOf(intervals: readonly Interval[]): number {
  return intervals.reduce((sum, { start, end }) => sum + end - start, 0);
}
