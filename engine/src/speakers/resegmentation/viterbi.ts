/**
 * The likeliest sequence of speakers: `scores` holds frames × speakers log-densities, and every change of speaker
 * costs `penalty`. Written into `labels` from `from` on.
 */
export function viterbi(options: {
  scores: Float64Array;
  speakers: number;
  penalty: number;
  labels: Int32Array;
  from: number;
}): void {
  const { scores, speakers, penalty, labels, from } = options;
  const frames = scores.length / speakers;
  const best = scores.slice(0, speakers);
  const cameFrom = new Int16Array(scores.length);
  for (let t = 1; t < frames; t++) {
    const top = indexOfGreatest(best);
    const switched = best[top]! - penalty;
    for (let s = 0; s < speakers; s++) {
      const stays = best[s]! >= switched;
      cameFrom[t * speakers + s] = stays ? s : top;
      best[s] = (stays ? best[s]! : switched) + scores[t * speakers + s]!;
    }
  }
  let speaker = indexOfGreatest(best);
  for (let t = frames - 1; t >= 0; t--) {
    labels[from + t] = speaker;
    speaker = cameFrom[t * speakers + speaker]!;
  }
}

function indexOfGreatest(values: Float64Array): number {
  let top = 0;
  for (let i = 1; i < values.length; i++) if (values[i]! > values[top]!) top = i;
  return top;
}
