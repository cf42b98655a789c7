import type { SpeechRegion } from '../../types.ts';
import { FRAMES_PER_SECOND } from './frames.ts';

/** Longer regions are cut, so that what is held for one piece stays small whatever the recording. */
const LONGEST_PIECE_SECONDS = 60;

/** A region of speech, or a part of a long one, as frames of the recording. */
export interface Piece {
  readonly start: number;
  readonly end: number;
  readonly firstFrame: number;
  readonly frameCount: number;
}

/** Some consecutive frames of a piece, counted from its first: a stretch that is taken to be one speaker's. */
export interface StretchFrames {
  readonly firstFrame: number;
  readonly frameCount: number;
}

/** The frames of every speech region, in order; regions without a whole frame are left out. */
export function piecesOf(regions: readonly SpeechRegion[], frameCount: number): Piece[] {
  const pieces: Piece[] = [];
  for (const { start, end } of regions.flatMap(cut)) {
    const firstFrame = Math.floor(start * FRAMES_PER_SECOND);
    const count = Math.min(frameCount, Math.floor(end * FRAMES_PER_SECOND)) - firstFrame;
    if (count < 1) continue;
    pieces.push({ start, end, firstFrame, frameCount: count });
  }
  return pieces;
}

function cut({ start, end }: SpeechRegion): SpeechRegion[] {
  const parts = Math.max(1, Math.ceil((end - start) / LONGEST_PIECE_SECONDS));
  const length = (end - start) / parts;
  return Array.from({ length: parts }, (_, i) => ({
    start: i === 0 ? start : start + i * length,
    end: i === parts - 1 ? end : start + (i + 1) * length,
  }));
}
