/** A stretch of a list in which all values are the same: the places `[from, to)`. */
export interface Run<Value> {
  readonly value: Value;
  readonly from: number;
  readonly to: number;
}

/** The runs of a list, in order; they cover it. */
export function runsOf<Value>(values: readonly Value[]): Run<Value>[] {
  const runs: Run<Value>[] = [];
  for (let from = 0, to = 1; to <= values.length; to++) {
    if (to < values.length && values[to] === values[from]) continue;
    runs.push({ value: values[from]!, from, to });
    from = to;
  }
  return runs;
}
