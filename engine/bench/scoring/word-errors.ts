/** One step of an alignment. The numbers are positions in the two word lists. */
export type AlignmentStep =
  | { readonly edit: 'match' | 'substitution'; readonly reference: number; readonly hypothesis: number }
  | { readonly edit: 'deletion'; readonly reference: number }
  | { readonly edit: 'insertion'; readonly hypothesis: number };

export interface WordErrors {
  /** Words in the reference: the denominator of the error rate. */
  readonly referenceWords: number;
  readonly substitutions: number;
  readonly deletions: number;
  readonly insertions: number;
}

const NO_WORD_ERRORS: WordErrors = {
  referenceWords: 0,
  substitutions: 0,
  deletions: 0,
  insertions: 0,
};

const PAIRING = 0;
const DELETION = 1;
const INSERTION = 2;

/**
 * The alignment of two word lists with the fewest edits (Levenshtein's distance by Wagner and Fischer's table) and,
 * of those, the most matches: `a b c` for `b c d` is read as a word lost and a word added, not as three mistaken.
 * Memory is one byte a cell: a talk of 10 000 words takes 100 MB.
 */
export function alignWords(reference: readonly string[], hypothesis: readonly string[]): AlignmentStep[] {
  const moves = cheapestMoves(reference, hypothesis);
  const steps: AlignmentStep[] = [];
  let r = reference.length;
  let h = hypothesis.length;
  while (r > 0 || h > 0) {
    const move = moves[r * (hypothesis.length + 1) + h];
    if (move !== INSERTION) r -= 1;
    if (move !== DELETION) h -= 1;
    if (move === DELETION) steps.push({ edit: 'deletion', reference: r });
    else if (move === INSERTION) steps.push({ edit: 'insertion', hypothesis: h });
    else {
      const edit = reference[r] === hypothesis[h] ? 'match' : 'substitution';
      steps.push({ edit, reference: r, hypothesis: h });
    }
  }
  return steps.reverse();
}

/** The last move of a cheapest way to each cell `[r, h]`, row by row of `hypothesis.length + 1` cells. */
function cheapestMoves(reference: readonly string[], hypothesis: readonly string[]): Uint8Array {
  const width = hypothesis.length + 1;
  // An edit outweighs all matches there can be, so that matches decide only between equal numbers of edits.
  const editCost = width;
  const matchCost = -1;
  const moves = new Uint8Array((reference.length + 1) * width).fill(INSERTION, 0, width);
  let above = Float64Array.from({ length: width }, (_, h) => h * editCost);
  let row = new Float64Array(width);
  for (let r = 1; r <= reference.length; r += 1) {
    row[0] = r * editCost;
    moves[r * width] = DELETION;
    for (let h = 1; h < width; h += 1) {
      const paired = at(above, h - 1) + (reference[r - 1] === hypothesis[h - 1] ? matchCost : editCost);
      const deleted = at(above, h) + editCost;
      const inserted = at(row, h - 1) + editCost;
      const cheapest = Math.min(paired, deleted, inserted);
      row[h] = cheapest;
      if (cheapest === paired) moves[r * width + h] = PAIRING;
      else moves[r * width + h] = cheapest === deleted ? DELETION : INSERTION;
    }
    [above, row] = [row, above];
  }
  return moves;
}

/** Only for indices known to lie inside. */
function at(cells: Float64Array, index: number): number {
  return cells[index]!;
}

/** How many words of an alignment went wrong, and in which way. */
export function countWordErrors(steps: readonly AlignmentStep[]): WordErrors {
  const count = (edit: AlignmentStep['edit']) => steps.filter((step) => step.edit === edit).length;
  const substitutions = count('substitution');
  const deletions = count('deletion');
  return {
    referenceWords: count('match') + substitutions + deletions,
    substitutions,
    deletions,
    insertions: count('insertion'),
  };
}

/** Pools the counts of several files: a long file weighs more than a short one. */
export function poolWordErrors(errors: readonly WordErrors[]): WordErrors {
  return errors.reduce(
    (total, each) => ({
      referenceWords: total.referenceWords + each.referenceWords,
      substitutions: total.substitutions + each.substitutions,
      deletions: total.deletions + each.deletions,
      insertions: total.insertions + each.insertions,
    }),
    NO_WORD_ERRORS,
  );
}

/** Errors for each reference word, 0 upwards; above 1 where more was invented than said, NaN with no reference. */
export function wordErrorRate(errors: WordErrors): number {
  return (errors.substitutions + errors.deletions + errors.insertions) / errors.referenceWords;
}
