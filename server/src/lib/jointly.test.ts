import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, test } from 'vitest';

import { jointly } from './jointly.ts';

/** Doubles numbers, keeps count of the rounds it took, and is slow enough for others to come meanwhile. */
function slowDoubler() {
  const rounds: number[][] = [];
  const double = jointly(async (asks: readonly number[]) => {
    rounds.push([...asks]);
    await nextTurn();
    if (asks.includes(13)) throw new Error('unlucky');
    return asks.map((ask) => 2 * ask);
  });
  return { double, rounds };
}

test('who comes alone is served at once, and those who come meanwhile together', async () => {
  const { double, rounds } = slowDoubler();
  expect(await Promise.all([1, 2, 3, 4].map(double))).toEqual([2, 4, 6, 8]);
  expect(rounds).toEqual([[1], [2, 3, 4]]);
  expect(await double(5)).toBe(10);
  expect(rounds.at(-1)).toEqual([5]);
});

test('a round that fails fails for all in it, and the next one is served', async () => {
  const { double } = slowDoubler();
  const outcomes = await Promise.allSettled([1, 2, 13].map(double));
  expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected']);
  expect(await double(4)).toBe(8);
});

test('work that throws before it waits fails for its askers alone', async () => {
  const refuse = jointly((): Promise<number[]> => {
    throw new Error('never');
  });
  await expect(refuse(1)).rejects.toThrow('never');
  await expect(refuse(2)).rejects.toThrow('never');
});

test('an answer too few is an error, not an answer to somebody else', async () => {
  const forgetful = jointly(async (asks: readonly number[]) => asks.slice(1));
  await expect(forgetful(1)).rejects.toThrow('did not answer everybody');
});
