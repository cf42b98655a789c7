import { formatMoney, formatRoughMoney } from '../../../lib/format.ts';
import type { Price } from './upload-item.ts';

const CENT_MICRO_AUD = 10_000;

/** A price as a person reads it before anything is spent. */
export function priceWords({ microAud, isExact }: Price): string {
  if (isExact) return formatMoney(microAud);
  return microAud < CENT_MICRO_AUD ? 'less than $0.01' : `about ${formatRoughMoney(microAud)}`;
}

/** The price of several together, as far as their prices are known. */
export function totalWords(prices: readonly (Price | null)[]): string {
  const known = prices.filter((price) => price !== null);
  if (known.length === 0) return 'The price shows once the length is known.';
  const microAud = known.reduce((sum, price) => sum + price.microAud, 0);
  if (known.length < prices.length) return `Price: at least ${formatRoughMoney(microAud)}`;
  return `Price: ${priceWords({ microAud, isExact: known.every(({ isExact }) => isExact) })}`;
}
