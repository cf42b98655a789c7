import type { Interval } from '../../types.ts';

/** Some speech that is taken to be one person's, a second or two long, in seconds from the recording's start. */
export interface Stretch extends Interval {
  /** Its voice print. Stretches of a long recording that are much alike share one, the same array. */
  readonly print: Float32Array;
  /** In a call with one side on each channel: the side that speaks. */
  readonly channel?: number | undefined;
}
