import { expect, test } from 'vitest';

import { createLanes } from './lanes.ts';

test('lanes take turns, whatever waits in each', () => {
  const [long, short] = [{}, {}];
  const lanes = createLanes<string>();
  for (const task of ['long 1', 'long 2', 'long 3']) lanes.add(long, task);
  lanes.add(short, 'short 1');
  const order = [lanes.take(), lanes.take(), lanes.take(), lanes.take(), lanes.take()];
  expect(order).toEqual(['long 1', 'short 1', 'long 2', 'long 3', undefined]);
});

test('a task may go before the others of its lane', () => {
  const lane = {};
  const lanes = createLanes<string>();
  lanes.add(lane, 'later');
  lanes.add(lane, 'now', 'front');
  expect(lanes.take()).toBe('now');
});

test('a cleared lane gives back what waited and nothing of it is taken', () => {
  const [gone, kept] = [{}, {}];
  const lanes = createLanes<string>();
  lanes.add(gone, 'a');
  lanes.add(kept, 'b');
  expect(lanes.clear(gone)).toEqual(['a']);
  expect([lanes.take(), lanes.take()]).toEqual(['b', undefined]);
});
