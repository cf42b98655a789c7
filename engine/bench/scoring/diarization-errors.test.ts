import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import {
  diarizationErrorRate,
  diarizationErrors,
  poolDiarizationErrors,
  type SpeakerInterval,
} from './diarization-errors.ts';

type Turn = readonly [start: number, end: number, speaker: string];

const turns = (...list: Turn[]): SpeakerInterval[] =>
  list.map(([start, end, speaker]) => ({ start, end, speaker }));

const errors = (reference: Turn[], hypothesis: Turn[], collarSeconds = 0) =>
  diarizationErrors({ reference: turns(...reference), hypothesis: turns(...hypothesis), collarSeconds });

const ANN_THEN_BOB: Turn[] = [
  [0, 10, 'ann'],
  [10, 20, 'bob'],
];

describe('diarization errors, by hand', () => {
  it('are none when only the names differ', () => {
    const found = errors(ANN_THEN_BOB, [
      [0, 10, '2'],
      [10, 20, '1'],
    ]);
    expect(found).toEqual({
      referenceSeconds: 20,
      missedSeconds: 0,
      falseAlarmSeconds: 0,
      confusedSeconds: 0,
    });
    expect(diarizationErrorRate(found)).toBe(0);
  });

  it('are half of the time when two speakers of equal length become one', () => {
    const found = errors(ANN_THEN_BOB, [[0, 20, '1']]);
    expect(found).toMatchObject({ missedSeconds: 0, falseAlarmSeconds: 0, confusedSeconds: 10 });
    expect(diarizationErrorRate(found)).toBe(0.5);
  });

  it('count a late change of speaker as confusion', () => {
    const late: Turn[] = [
      [0, 11, '1'],
      [11, 20, '2'],
    ];
    expect(errors(ANN_THEN_BOB, late)).toMatchObject({
      missedSeconds: 0,
      falseAlarmSeconds: 0,
      confusedSeconds: 1,
    });
  });

  it('count speech found too early, too late and not at all', () => {
    const found = errors(
      [[5, 10, 'ann']],
      [
        [4, 6, '1'],
        [8, 12, '1'],
      ],
    );
    expect(found).toEqual({
      referenceSeconds: 5,
      missedSeconds: 2,
      falseAlarmSeconds: 3,
      confusedSeconds: 0,
    });
    expect(diarizationErrorRate(found)).toBe(1);
  });

  it('split a speaker in two: the smaller half is confused', () => {
    const split: Turn[] = [
      [0, 7, '1'],
      [7, 10, '2'],
    ];
    expect(errors([[0, 10, 'ann']], split).confusedSeconds).toBe(3);
  });

  it('count one missed speaker where two speak at once and one is found', () => {
    const overlapping: Turn[] = [
      [0, 10, 'ann'],
      [5, 10, 'bob'],
    ];
    expect(errors(overlapping, [[0, 10, '1']])).toEqual({
      referenceSeconds: 15,
      missedSeconds: 5,
      falseAlarmSeconds: 0,
      confusedSeconds: 0,
    });
  });

  it('count one confused speaker where two speak at once and one of the two found is wrong', () => {
    const overlapping: Turn[] = [
      [0, 10, 'ann'],
      [5, 10, 'bob'],
    ];
    const threeFound: Turn[] = [
      [0, 5, '1'],
      [5, 10, '2'],
      [5, 10, '3'],
    ];
    expect(errors(overlapping, threeFound)).toMatchObject({
      missedSeconds: 0,
      falseAlarmSeconds: 0,
      confusedSeconds: 5,
    });
  });

  it('take the mapping that is best over the whole recording, not the first that fits', () => {
    const reference: Turn[] = [
      [0, 6, 'ann'],
      [6, 11, 'bob'],
    ];
    const hypothesis: Turn[] = [
      [0, 4, '1'],
      [4, 6, '2'],
      [6, 11, '1'],
    ];
    // Greedily 1 is bob (5 s), which leaves 2 as ann (2 s). The other way round: 1 is ann (4 s), 2 nobody (0 s).
    expect(errors(reference, hypothesis).confusedSeconds).toBe(4);
  });

  it('do not count a speaker twice whose own turns overlap', () => {
    const doubled: Turn[] = [
      [0, 6, 'ann'],
      [4, 10, 'ann'],
    ];
    expect(errors(doubled, [[0, 10, '1']])).toEqual({
      referenceSeconds: 10,
      missedSeconds: 0,
      falseAlarmSeconds: 0,
      confusedSeconds: 0,
    });
  });

  it('are all false alarm where nobody speaks, and all missed where nobody is found', () => {
    expect(errors([], [[0, 3, '1']])).toMatchObject({ referenceSeconds: 0, falseAlarmSeconds: 3 });
    expect(errors([[0, 3, 'ann']], [])).toMatchObject({ referenceSeconds: 3, missedSeconds: 3 });
    expect(errors([], [])).toMatchObject({ referenceSeconds: 0, falseAlarmSeconds: 0 });
  });
});

describe('the collar', () => {
  it('forgives what happens within it and takes that time out of the reference', () => {
    const slightlyLate: Turn[] = [
      [0, 10.2, '1'],
      [10.2, 20, '2'],
    ];
    const found = errors(ANN_THEN_BOB, slightlyLate, 0.25);
    expect(found.confusedSeconds).toBe(0);
    // 0.25 s at either end, and 0.5 s around the change.
    expect(found.referenceSeconds).toBeCloseTo(19, 9);
  });

  it('leaves what reaches beyond it', () => {
    expect(errors([[1, 2, 'ann']], [[1, 2.75, '1']], 0.25).falseAlarmSeconds).toBeCloseTo(0.5, 9);
  });

  it('lies around the boundaries of the reference only', () => {
    expect(errors([[0, 10, 'ann']], [[0, 5, '1']], 0.25).missedSeconds).toBeCloseTo(4.75, 9);
  });

  it('does not lie where two turns of one speaker touch', () => {
    const touching: Turn[] = [
      [0, 5, 'ann'],
      [5, 10, 'ann'],
    ];
    expect(errors(touching, [], 0.25).missedSeconds).toBeCloseTo(9.5, 9);
  });
});

it('pools recordings by their time, not by their rates', () => {
  const pooled = poolDiarizationErrors([errors([[0, 1, 'ann']], []), errors([[0, 9, 'ann']], [[0, 9, '1']])]);
  expect(diarizationErrorRate(pooled)).toBe(0.1);
});

it('has no error rate without a reference', () => {
  expect(diarizationErrorRate(poolDiarizationErrors([]))).toBeNaN();
});

const speakingAt = (list: readonly SpeakerInterval[], second: number) =>
  new Set(list.filter(({ start, end }) => start <= second && second < end).map(({ speaker }) => speaker));

/**
 * The same by brute force: frames of one second, every mapping tried. Boundaries and collar are whole seconds, so
 * the frames are exact too.
 */
function wrongSecondsByFrames(reference: SpeakerInterval[], hypothesis: SpeakerInterval[], collar: number) {
  const isBoundary = (second: number) => {
    const before = speakingAt(reference, second - 1);
    const after = speakingAt(reference, second);
    return ['a', 'b', 'c'].some((name) => before.has(name) !== after.has(name));
  };
  const inCollar = (second: number) =>
    Array.from({ length: 2 * collar }, (_, index) => second + 1 - collar + index).some(isBoundary);
  const frames = Array.from({ length: 80 }, (_, index) => index - 10).filter((second) => !inCollar(second));
  const wrongUnder = (mapping: readonly string[]) =>
    frames.reduce((total, second) => {
      const said = speakingAt(reference, second);
      const found = speakingAt(hypothesis, second);
      const right = ['a', 'b', 'c'].filter((name, index) => said.has(name) && found.has(mapping[index]!));
      return total + Math.max(said.size, found.size) - right.length;
    }, 0);
  const mappings = ['xyz', 'xzy', 'yxz', 'yzx', 'zxy', 'zyx'].map((names) => Array.from(names));
  return Math.min(...mappings.map(wrongUnder));
}

const turnsOf = (...names: string[]) =>
  fc.array(
    fc
      .record({
        start: fc.nat(40),
        length: fc.integer({ min: 1, max: 15 }),
        speaker: fc.constantFrom(...names),
      })
      .map(({ start, length, speaker }) => ({ start, end: start + length, speaker })),
    { maxLength: 8 },
  );

const halfAsLong = (list: readonly SpeakerInterval[]) =>
  list.map(({ start, end, speaker }) => ({ start: start / 2, end: end / 2, speaker }));

describe('for any two sets of turns', () => {
  it('the wrong time is what trying every mapping second by second gives', () => {
    fc.assert(
      fc.property(
        turnsOf('a', 'b', 'c'),
        turnsOf('x', 'y', 'z'),
        fc.nat(2),
        (reference, hypothesis, collar) => {
          const found = diarizationErrors({ reference, hypothesis, collarSeconds: collar });
          const wrongSeconds = found.missedSeconds + found.falseAlarmSeconds + found.confusedSeconds;
          expect(wrongSeconds).toBeCloseTo(wrongSecondsByFrames(reference, hypothesis, collar), 9);
        },
      ),
    );
  });

  it('halving all times halves every component', () => {
    fc.assert(
      fc.property(turnsOf('a', 'b'), turnsOf('x', 'y'), (reference, hypothesis) => {
        const whole = diarizationErrors({ reference, hypothesis, collarSeconds: 1 });
        const halved = diarizationErrors({
          reference: halfAsLong(reference),
          hypothesis: halfAsLong(hypothesis),
          collarSeconds: 0.5,
        });
        expect(halved.referenceSeconds).toBeCloseTo(whole.referenceSeconds / 2, 9);
        expect(halved.missedSeconds).toBeCloseTo(whole.missedSeconds / 2, 9);
        expect(halved.falseAlarmSeconds).toBeCloseTo(whole.falseAlarmSeconds / 2, 9);
        expect(halved.confusedSeconds).toBeCloseTo(whole.confusedSeconds / 2, 9);
      }),
    );
  });
});
