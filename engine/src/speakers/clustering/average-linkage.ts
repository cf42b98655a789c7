import { renumber } from './labels.ts';
import type { Similarities } from './similarity.ts';

/**
 * Agglomerative clustering by average linkage: joins the two clusters most alike on average until no two are as
 * alike as `threshold`. Each cluster remembers its best partner, so the work grows with the square of the size.
 */
export function averageLinkage({ size, values }: Similarities, threshold: number): Int32Array {
  const likeness = Float32Array.from(values);
  const weight = new Float64Array(size).fill(1);
  const partner = new Int32Array(size);
  const labels = Int32Array.from({ length: size }, (_, i) => i);

  const findPartner = (i: number): void => {
    let best = -1;
    for (let j = 0; j < size; j++) {
      if (j === i || weight[j] === 0) continue;
      if (best < 0 || likeness[i * size + j]! > likeness[i * size + best]!) best = j;
    }
    partner[i] = best;
  };
  for (let i = 0; i < size; i++) findPartner(i);

  for (;;) {
    let kept = -1;
    for (let i = 0; i < size; i++) {
      if (weight[i] === 0 || partner[i]! < 0) continue;
      if (kept < 0 || likeness[i * size + partner[i]!]! > likeness[kept * size + partner[kept]!]!) kept = i;
    }
    if (kept < 0 || likeness[kept * size + partner[kept]!]! < threshold) break;
    const gone = partner[kept]!;
    const share = weight[kept]! / (weight[kept]! + weight[gone]!);
    for (let j = 0; j < size; j++) {
      const mixed = share * likeness[kept * size + j]! + (1 - share) * likeness[gone * size + j]!;
      likeness[kept * size + j] = mixed;
      likeness[j * size + kept] = mixed;
    }
    weight[kept]! += weight[gone]!;
    weight[gone] = 0;
    for (let j = 0; j < size; j++) {
      if (labels[j] === gone) labels[j] = kept;
      if (weight[j] !== 0 && (j === kept || partner[j] === kept || partner[j] === gone)) findPartner(j);
    }
  }
  renumber(labels);
  return labels;
}
