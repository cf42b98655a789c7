import { test } from 'vitest';

/**
 * The test of one line of the contract. The id is for ever; `docs/conformance.md` lists every line with its id, its
 * sentence and where it comes from, and `table.test.ts` holds the two together.
 */
export function line(id: string, sentence: string, prove: () => Promise<void>): void {
  test(`${id}: ${sentence}`, prove);
}
