/** Where the time comes from. Passed in, so that a test can stand at the moment it is about. */
export interface Clock {
  now(): Date;
}

/** A moment as clients read it: UTC, ISO 8601, whole seconds. */
export const wireTime = (time: Date): string => `${time.toISOString().slice(0, 19)}Z`;

export const systemClock: Clock = { now: () => new Date() };
