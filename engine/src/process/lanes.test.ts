import { expect, test } from 'vitest';

import { createLanes } from './lanes.ts';

const isQuick = (task: string) => task !== 'slow';

test('lanes that are due alike take turns, whatever waits in each', () => {
  const [long, short] = [{ due: 0 }, { due: 0 }];
  const lanes = createLanes<string>();
  for (const task of ['long 1', 'long 2', 'long 3']) lanes.add(long, task);
  lanes.add(short, 'short 1');
  const order = [lanes.take(), lanes.take(), lanes.take(), lanes.take(), lanes.take()];
  expect(order).toEqual(['long 1', 'short 1', 'long 2', 'long 3', undefined]);
});

test('a lane that is due earlier goes first until nothing waits in it', () => {
  const [later, sooner] = [{ due: 60 }, { due: 10 }];
  const lanes = createLanes<string>();
  for (const task of ['later 1', 'later 2']) lanes.add(later, task);
  for (const task of ['sooner 1', 'sooner 2']) lanes.add(sooner, task);
  const order = [lanes.take(), lanes.take(), lanes.take(), lanes.take()];
  expect(order).toEqual(['sooner 1', 'sooner 2', 'later 1', 'later 2']);
});

test('a task that is not allowed now holds up its own lane and no other', () => {
  const lanes = createLanes<string>();
  const [sooner, later] = [{ due: 1 }, { due: 2 }];
  for (const task of ['slow', 'quick after slow']) lanes.add(sooner, task);
  lanes.add(later, 'quick');
  expect([lanes.take(isQuick), lanes.take(isQuick)]).toEqual(['quick', undefined]);
  expect([lanes.take(), lanes.take(isQuick)]).toEqual(['slow', 'quick after slow']);
});

test('a task may go before the others of its lane', () => {
  const lane = { due: 0 };
  const lanes = createLanes<string>();
  lanes.add(lane, 'later');
  lanes.add(lane, 'now', 'front');
  expect(lanes.take()).toBe('now');
});

test('a cleared lane gives back what waited and nothing of it is taken', () => {
  const [gone, kept] = [{ due: 0 }, { due: 0 }];
  const lanes = createLanes<string>();
  lanes.add(gone, 'a');
  lanes.add(kept, 'b');
  expect(lanes.clear(gone)).toEqual(['a']);
  expect([lanes.take(), lanes.take()]).toEqual(['b', undefined]);
});
