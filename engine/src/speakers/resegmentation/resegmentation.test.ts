import { describe, expect, it } from 'vitest';

import { seededRandom } from '../random.ts';
import { createTable } from '../table.ts';
import { resegment } from './resegmentation.ts';
import { viterbi } from './viterbi.ts';

describe('Viterbi', () => {
  // Changing twice scores 13 less two penalties; speaker 1 all along scores 9.
  const scores = Float64Array.from(
    [0, 0, 0, 0, 0, 0, 0].flatMap((_, t) => (t >= 2 && t <= 4 ? [0, 3] : [1, 0])),
  );

  it('changes speaker where that gains more than the changes cost', () => {
    const labels = new Int32Array(7);
    viterbi({ scores, speakers: 2, penalty: 1.5, labels, from: 0 });
    expect([...labels]).toEqual([0, 0, 1, 1, 1, 0, 0]);
  });

  it('stays where it does not', () => {
    const labels = new Int32Array(8).fill(9);
    viterbi({ scores, speakers: 2, penalty: 2.5, labels, from: 1 });
    expect(new Set(labels.subarray(1)).size).toBe(1);
    expect(labels[0]).toBe(9);
  });
});

describe('resegmentation', () => {
  it('moves a border that was put wrong and fills frames without a label', () => {
    const random = seededRandom(2);
    const cepstra = createTable(1000, 3);
    cepstra.data.forEach((_, i) => (cepstra.data[i] = random() + (i >= 1500 ? 2 : 0)));
    const labels = Int32Array.from({ length: 1000 }, (_, t) => (t < 10 ? -1 : t < 430 ? 0 : 1));
    const pieces = [{ start: 0, end: 10, firstFrame: 0, firstRow: 0, frameCount: 1000 }];
    resegment({ cepstra, pieces, labels, random: seededRandom(1) });
    expect(labels.indexOf(1)).toBe(500);
    expect([labels[0], labels[999]]).toEqual([0, 1]);
  });
});
