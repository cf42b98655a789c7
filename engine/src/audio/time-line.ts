/** Time stamps are rounded, and those of Vorbis are up to 10 ms off: what is missing must be longer than this. */
const SHORTEST_GAP_SECONDS = 0.04;
/** A stamp further ahead, or behind, is no gap: recordings were joined, or a counter began anew. */
export const LONGEST_GAP_SECONDS = 3600;
const LONGEST_OVERLAP_SECONDS = 1;

/** A piece of sound as its container stamps it, in seconds. `start` is `undefined` where there is no stamp. */
export interface StampedSound {
  readonly start: number | undefined;
  readonly seconds: number;
}

export interface TimeLine {
  /** Puts the next piece of sound at its place; gives the seconds of silence that belong before it, mostly 0. */
  place(sound: StampedSound): number;
  /** How long the recording is so far. */
  readonly seconds: number;
}

/**
 * Where sound lies in a recording. Containers may leave out what nobody said (a microphone that is off sends nothing)
 * and lose what a line or a damaged disk lost. Players keep later sound in its place, by its time stamps; pieces simply
 * joined would move it forward. Sound is never cut, also where stamps say that it overlaps.
 *
 * @param origin the time stamp with which the recording begins, picture included
 */
export function createTimeLine(origin: number): TimeLine {
  let seconds = 0;
  let zero = origin;
  let expected = origin;
  return {
    place(sound) {
      const start = sound.start ?? expected;
      const jump = start - expected;
      if (jump < -LONGEST_OVERLAP_SECONDS || jump > LONGEST_GAP_SECONDS) zero = start - seconds;
      const missing = start - zero - seconds;
      const silence = missing > SHORTEST_GAP_SECONDS ? missing : 0;
      seconds += silence + sound.seconds;
      expected = start + sound.seconds;
      return silence;
    },
    get seconds() {
      return seconds;
    },
  };
}
