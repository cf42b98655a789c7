/** `ln(Σ exp(values[i]))` over `count` values from `from`, safe against overflow. */
export function logSumExp(values: Float64Array, from: number, count: number): number {
  let top = -Infinity;
  for (let i = from; i < from + count; i++) if (values[i]! > top) top = values[i]!;
  if (top === -Infinity) return -Infinity;
  let sum = 0;
  for (let i = from; i < from + count; i++) sum += Math.exp(values[i]! - top);
  return top + Math.log(sum);
}
