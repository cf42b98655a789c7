import { SAMPLE_RATE } from '../audio/pcm-file.ts';
import type { Interval } from '../types.ts';
import { ENCODER_FRAME_SECONDS, frameStart } from './encoder-frames.ts';
import { speechOfFrames, type WindowSound } from './speech-mask.ts';

/**
 * Places words of which only the order is known: each gets a part of the window's speech that is as large as its part
 * of the characters. Pauses belong to nobody. Right where people speak evenly, and off by half a second where they do
 * not: such times are to be marked as estimated.
 *
 * @param lengths of the words in characters, each at least 1
 * @returns an interval a word, in order, without overlap, in seconds from the start of the window
 */
export function estimateTimes(lengths: readonly number[], window: WindowSound): Interval[] {
  const seconds = window.samples.length / SAMPLE_RATE;
  const heard = speechOfFrames(window, Math.floor((seconds - frameStart(0)) / ENCODER_FRAME_SECONDS));
  // A recogniser that understood something where no speech is heard still has to put it somewhere.
  const speech = heard.some((certainty) => certainty > 0) ? heard : heard.fill(1);
  const secondsOfSpeech = speech.reduce((sum, certainty) => sum + certainty, 0);
  const characters = lengths.reduce((sum, length) => sum + length, 0);

  let frame = 0;
  let before = 0;
  /** Walks to where so much speech lies behind; `past` a pause that follows, or up to it. */
  function walk(share: number, past: boolean): number {
    const goal = share * secondsOfSpeech;
    while (frame < speech.length && before + speech[frame]! <= goal) {
      if (!past && before >= goal) break;
      before += speech[frame++]!;
    }
    const within = frame < speech.length ? (goal - before) / Math.max(speech[frame]!, 1e-9) : 0;
    return Math.min(seconds, frameStart(frame) + Math.min(1, Math.max(0, within)) * ENCODER_FRAME_SECONDS);
  }

  let said = 0;
  return lengths.map((length) => {
    const start = walk(said / characters, true);
    said += length;
    return { start, end: walk(said / characters, false) };
  });
}
