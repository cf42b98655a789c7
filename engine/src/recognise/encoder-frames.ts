/** Moonshine's encoder gives one frame for 384 samples; the first stands for the sound 16 to 40 ms into the window. */
export const ENCODER_FRAME_SECONDS = 0.024;
const FIRST_FRAME_SECONDS = 0.016;

/** Where a frame begins, and the one before it ends, in seconds from the start of the window. */
export function frameStart(frame: number): number {
  return FIRST_FRAME_SECONDS + frame * ENCODER_FRAME_SECONDS;
}
