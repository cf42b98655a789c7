import { expect, test } from 'vitest';

import { dueOf, dueOfPart, engineDueOf, priorityOf } from './queue-order.ts';

const NOON = new Date('2026-11-22T12:00:00Z');
const MINUTE_MS = 60_000;
const later = (ms: number) => new Date(NOON.getTime() + ms);
const dueAfter = (durationMs: number, { aheadMs = 0, at = NOON } = {}) =>
  dueOf({ submittedAt: at, aheadMs, durationMs });

test('a short recording goes before what is left of an hour that came first', () => {
  const hour = { dueAt: dueAfter(60 * MINUTE_MS), durationMs: 60 * MINUTE_MS };
  const third = dueOfPart(hour, 6 * MINUTE_MS);
  const short = dueAfter(10_000, { at: later(MINUTE_MS) });
  expect(priorityOf(short)).toBeGreaterThan(priorityOf(third));
  expect(engineDueOf(short)).toBeLessThan(engineDueOf(third));
});

test('of two accounts one with a thousand recordings does not hold up the other', () => {
  const thousandth = dueAfter(10_000, { aheadMs: 999 * 10_000 });
  const other = dueAfter(10_000, { at: later(MINUTE_MS) });
  expect(priorityOf(other)).toBeGreaterThan(priorityOf(thousandth));
});

test('nobody starves: an hour goes before a second that is submitted more than an hour later', () => {
  const hour = dueAfter(60 * MINUTE_MS);
  expect(priorityOf(hour)).toBeGreaterThan(priorityOf(dueAfter(1000, { at: later(61 * MINUTE_MS) })));
});

test('the parts of a recording are due one after the other, the last with the whole', () => {
  const job = { dueAt: dueAfter(10 * MINUTE_MS), durationMs: 10 * MINUTE_MS };
  expect(dueOfPart(job, 2 * MINUTE_MS)).toEqual(later(2 * MINUTE_MS));
  expect(dueOfPart(job, 10 * MINUTE_MS)).toEqual(job.dueAt);
  expect(dueOfPart(job, 11 * MINUTE_MS), 'a recording that is longer than was said').toEqual(job.dueAt);
});

test('priorities fit into the whole numbers of the queue for decades', () => {
  expect(priorityOf(new Date('2090-01-01T00:00:00Z'))).toBeGreaterThan(-(2 ** 31));
});
