/**
 * Money is counted in integers of 1e-6 AUD ("micro AUD") everywhere inside; AUD with a decimal point exists only where a
 * person or a client reads or writes it. Doubles hold these integers exactly up to nine thousand million AUD.
 */
const MICRO_PER_AUD = 1_000_000;

/**
 * The amount as a client reads it in JSON: the double nearest to it, which prints its six decimals exactly, up to four
 * thousand million AUD.
 */
export const toAud = (microAud: number): number => microAud / MICRO_PER_AUD;

/** The amount as a sentence has it: at least two decimals, and as many as it takes to be exact ("1.44", "0.000267"). */
export function formatAud(microAud: number): string {
  const sign = microAud < 0 ? '-' : '';
  const digits = String(Math.abs(microAud)).padStart(7, '0');
  const decimals = digits.slice(-6).replace(/0{1,4}$/, '');
  return `${sign}${digits.slice(0, -6)}.${decimals}`;
}

/** Reads an amount a person wrote ("1.44", "-0.5"); null when it is no amount or finer than 1e-6 AUD. */
export function parseAud(text: string): number | null {
  const match = /^([+-]?)(\d{1,9})(?:\.(\d{1,6}))?$/.exec(text.trim());
  if (!match) return null;
  const [, sign, whole, decimals = ''] = match;
  const microAud = Number(whole) * MICRO_PER_AUD + Number(decimals.padEnd(6, '0'));
  return sign === '-' ? 0 - microAud : microAud;
}
