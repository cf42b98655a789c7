import { SAMPLE_RATE } from '../audio/pcm-file.ts';
import type { Interval } from '../types.ts';
import { ENCODER_FRAME_SECONDS, frameStart } from './encoder-frames.ts';
import { speechOfFrames, type WindowSound } from './speech-mask.ts';

/** Nobody pauses this long inside a word. */
const PAUSE_FRAMES = Math.round(0.2 / ENCODER_FRAME_SECONDS);

/**
 * Places words of which only the order is known: each gets a part of the window's speech that is as large as its part
 * of the characters. Pauses belong to nobody: a word that would have one inside goes to the side where more of it lies.
 * Right where people speak evenly, and off by half a second where they do not: such times are to be marked as estimated.
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
    return onOneSide({ start, end: walk(said / characters, false) }, speech);
  });
}

function onOneSide(word: Interval, speech: Float32Array): Interval {
  const first = frameAt(word.start);
  const last = Math.min(frameAt(word.end), speech.length - 1);
  const pause = longestPause(speech, first, last);
  if (pause.end - pause.start < PAUSE_FRAMES) return word;
  return pause.start - first < last - pause.end
    ? { start: frameStart(pause.end), end: word.end }
    : { start: word.start, end: frameStart(pause.start) };
}

/** Frames `[start, end)` without speech, the most in a row inside `[first, last]`. */
function longestPause(speech: Float32Array, first: number, last: number): Interval {
  let longest = { start: first, end: first };
  let heard = first;
  for (let frame = first + 1; frame <= last; frame++) {
    if (speech[frame]! < 0.5) continue;
    if (frame - heard - 1 > longest.end - longest.start) longest = { start: heard + 1, end: frame };
    heard = frame;
  }
  return longest;
}

function frameAt(seconds: number): number {
  return Math.max(0, Math.floor((seconds - frameStart(0)) / ENCODER_FRAME_SECONDS));
}
