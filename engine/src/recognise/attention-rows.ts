/** Clicks of attention of one frame or two say nothing of where a token is. */
const MEDIAN_FRAMES = 5;
/** Attention looks this far behind the sound: the encoder's frames have seen what comes a little later. */
const LAG_FRAMES = 2;

/**
 * Makes one row for a token from what several heads attended to: each head's row divided by its maximum, smoothed by a
 * running median, averaged over the heads, and moved to the frames of the sound. Values 0 to 1.
 *
 * Rows are not standardised over tokens, as Whisper's word times are: that makes silence attractive, 200 to 600 ms of it.
 *
 * @param heads one row for each head, all of one length
 */
export function combineHeads(heads: readonly Float32Array[]): Float32Array {
  const frameCount = heads[0]?.length ?? 0;
  const combined = new Float32Array(frameCount);
  for (const head of heads) {
    const scale = 1 / (heads.length * head.reduce((a, b) => Math.max(a, b), 1e-9));
    const smooth = runningMedian(head, MEDIAN_FRAMES);
    for (let frame = 0; frame < frameCount; frame++) {
      combined[frame]! += scale * smooth[Math.min(frame + LAG_FRAMES, frameCount - 1)]!;
    }
  }
  return combined;
}

/** The median of `width` values (an odd number) around each value; past the ends the values are mirrored. */
export function runningMedian(values: Float32Array, width: number): Float32Array {
  const reach = (width - 1) / 2;
  const nearby = new Float32Array(width);
  return values.map((_, centre) => {
    for (let offset = -reach; offset <= reach; offset++) {
      insertSorted(nearby, offset + reach, values[mirror(centre + offset, values.length)]!);
    }
    return nearby[reach]!;
  });
}

/** Puts a value among the first `count`, which are in order. */
function insertSorted(sorted: Float32Array, count: number, value: number): void {
  let place = count;
  while (place > 0 && sorted[place - 1]! > value) {
    sorted[place] = sorted[place - 1]!;
    place--;
  }
  sorted[place] = value;
}

function mirror(index: number, length: number): number {
  if (index < 0) return Math.min(-index, length - 1);
  if (index >= length) return Math.max(2 * (length - 1) - index, 0);
  return index;
}
