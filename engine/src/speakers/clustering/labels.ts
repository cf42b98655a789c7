/** Renumbers labels 0, 1, 2 … by first appearance, in place, and gives how many there are. Negative labels stay. */
export function renumber(labels: Int32Array): number {
  const numbers = new Map<number, number>();
  for (let i = 0; i < labels.length; i++) {
    const label = labels[i]!;
    if (label < 0) continue;
    const number = numbers.get(label) ?? numbers.size;
    numbers.set(label, number);
    labels[i] = number;
  }
  return numbers.size;
}

/** One more than the greatest label: the number of clusters of renumbered labels. */
export function clusterCount(labels: Int32Array): number {
  let top = -1;
  for (const label of labels) if (label > top) top = label;
  return top + 1;
}
