import { munkres } from 'munkres';

/** What one speaker of the reference and one of the hypothesis have in common: seconds, or words. */
export interface SharedAmount {
  readonly reference: string;
  readonly hypothesis: string;
  readonly amount: number;
}

/**
 * The most that the speakers of two sides can have in common when they are mapped one to one, by Munkres' assignment
 * algorithm. Entries of one pair add up; the surplus speakers of the larger side are mapped to nobody.
 */
export function bestSharedAmount(shared: readonly SharedAmount[]): number {
  const references = [...new Set(shared.map(({ reference }) => reference))];
  const hypotheses = [...new Set(shared.map(({ hypothesis }) => hypothesis))];
  const gains = references.map(() => hypotheses.map(() => 0));
  for (const { reference, hypothesis, amount } of shared) {
    const row = gains[references.indexOf(reference)] as number[];
    row[hypotheses.indexOf(hypothesis)]! += amount;
  }
  const mapping = munkres(gains.map((row) => row.map((gain) => -gain)));
  return mapping.reduce((total, [row, column]) => total + (gains[row]?.[column] ?? 0), 0);
}
