import type { Day } from './usage-query.ts';

const DAYS_A_WEEK = 7;

/** Sums of seven days each, named by the first of them; the last week ends today, and the first may be short. */
export function weeksOf(daily: readonly Day[]): Day[] {
  const weeks: Day[] = [];
  for (let end = daily.length; end > 0; end -= DAYS_A_WEEK) {
    weeks.unshift(daily.slice(Math.max(0, end - DAYS_A_WEEK), end).reduce(add));
  }
  return weeks;
}

const add = (one: Day, other: Day): Day => ({
  date: one.date,
  jobs: one.jobs + other.jobs,
  failed: one.failed + other.failed,
  audioMs: one.audioMs + other.audioMs,
  costMicroAud: one.costMicroAud + other.costMicroAud,
});
