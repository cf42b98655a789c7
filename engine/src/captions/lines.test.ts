import * as fc from 'fast-check';
import { expect, test } from 'vitest';

import { breakLines, fittingTwoLines } from './lines.ts';
import type { Piece } from './pieces.ts';

const piece = fc
  .record({ columns: fc.constantFrom(0, 1, 2, 5, 11, 20, 41, 42), space: fc.constantFrom(' ', '') })
  .map(({ columns, space }): Piece => ({ text: 'a'.repeat(columns), columns, space, start: 0, end: 1 }));

test('whether pieces fit two lines is told without breaking them, and as if they were', () => {
  const told = { fit: 0, doNot: 0 };
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 20 }), fc.constantFrom(0, 3, 22), (pieces, labelColumns) => {
      const fits = fittingTwoLines(pieces, labelColumns);
      for (let from = 0; from < pieces.length; from += 1) {
        for (let end = from + 1; end <= pieces.length; end += 1) {
          const canBeBroken = breakLines(pieces.slice(from, end), labelColumns) !== undefined;
          expect(fits(from, end), `from ${from} to ${end}`).toBe(canBeBroken);
          told[canBeBroken ? 'fit' : 'doNot'] += 1;
        }
      }
    }),
  );
  expect(Math.min(told.fit, told.doNot)).toBeGreaterThan(100);
});
