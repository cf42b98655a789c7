import { clusterCount } from '../clustering/labels.ts';
import type { VoiceWindow } from './windows.ts';

/** A window's vote at its edges, where its middle votes with 1: what a window says is about its middle. */
const EDGE_VOTE = 0.1;

/**
 * Each frame's speaker by the vote of the windows that cover it; -1 for frames without a window. Windows lie in
 * order, and those that overlap are neighbours.
 */
export function voteOnFrames(options: {
  windows: readonly VoiceWindow[];
  labels: Int32Array;
  rows: number;
}): Int32Array {
  const { windows, labels, rows } = options;
  const speakers = clusterCount(labels);
  const frames = new Int32Array(rows).fill(-1);
  const votes = new Float64Array(speakers);
  let first = 0;
  for (let row = 0; row < rows; row++) {
    while (first < windows.length && windows[first]!.firstRow + windows[first]!.frameCount <= row) first++;
    votes.fill(0);
    for (let w = first; w < windows.length && windows[w]!.firstRow <= row; w++) {
      const { firstRow, frameCount } = windows[w]!;
      const fromMiddle = Math.abs((2 * (row - firstRow + 0.5)) / frameCount - 1);
      if (fromMiddle <= 1) votes[labels[w]!]! += 1 - (1 - EDGE_VOTE) * fromMiddle;
    }
    let top = -1;
    for (let s = 0; s < speakers; s++) if (votes[s]! > (top < 0 ? 0 : votes[top]!)) top = s;
    frames[row] = top;
  }
  return frames;
}
