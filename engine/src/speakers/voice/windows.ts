import type { Piece } from '../features/pieces.ts';

/** A voice print is taken of 1.5 s of speech, every 0.5 s. */
const WINDOW_FRAMES = 150;
const HOP_FRAMES = 50;

/** Pieces up to this length are one window, whole. */
const LONGEST_WINDOW_FRAMES = WINDOW_FRAMES + HOP_FRAMES / 2;

/** Pieces shorter than this say too little of a voice to be given a print. */
const SHORTEST_WINDOW_FRAMES = 20;

/** Rows `[firstRow, firstRow + frameCount)` of the speech frames. */
export interface VoiceWindow {
  readonly firstRow: number;
  readonly frameCount: number;
}

/** Windows spread evenly over a piece, the first at its start and the last at its end. */
export function windowsOf({ firstRow, frameCount }: Piece): VoiceWindow[] {
  if (frameCount < SHORTEST_WINDOW_FRAMES) return [];
  if (frameCount <= LONGEST_WINDOW_FRAMES) return [{ firstRow, frameCount }];
  const room = frameCount - WINDOW_FRAMES;
  const steps = Math.ceil(room / HOP_FRAMES);
  return Array.from({ length: steps + 1 }, (_, i) => ({
    firstRow: firstRow + Math.round((room * i) / steps),
    frameCount: WINDOW_FRAMES,
  }));
}
