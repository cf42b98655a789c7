import type { SpeechRegion } from '../types.ts';
import { FRAME_SECONDS } from './detector.ts';

/** Speech begins at this probability and goes on down to the lower one, so that soft endings are kept. */
const BEGIN_PROBABILITY = 0.4;
export const END_PROBABILITY = 0.25;
/** A silence must last this long to end a region; a region must last that long to be speech. */
const SHORTEST_SILENCE_SECONDS = 0.3;
const SHORTEST_SPEECH_SECONDS = 0.25;
/** Air on both sides: the detector is late by about this much. Less than half a silence, so regions never touch. */
const PADDING_SECONDS = 0.06;

export interface RegionTracker {
  /** Takes the next frames' probabilities; gives the regions that are now final, in order, without overlap. */
  push(probabilities: Float32Array): SpeechRegion[];
  /** Ends the recording, with what was still open. */
  finish(): SpeechRegion[];
}

/** Turns frame probabilities into speech regions by hysteresis, as they come. */
export function trackRegions(): RegionTracker {
  let frames = 0;
  let begin: number | undefined;
  let silence: number | undefined;
  const ready: SpeechRegion[] = [];

  function close(end: number) {
    const start = begin!;
    begin = silence = undefined;
    if (end - start < SHORTEST_SPEECH_SECONDS) return;
    const recordingEnd = frames * FRAME_SECONDS;
    ready.push({
      start: Math.max(0, start - PADDING_SECONDS),
      end: Math.min(end + PADDING_SECONDS, recordingEnd),
    });
  }

  function step(probability: number) {
    const time = frames++ * FRAME_SECONDS;
    if (begin === undefined) {
      if (probability >= BEGIN_PROBABILITY) begin = time;
    } else if (probability >= BEGIN_PROBABILITY) {
      silence = undefined;
    } else if (probability < END_PROBABILITY) {
      silence ??= time;
      if (time + FRAME_SECONDS - silence >= SHORTEST_SILENCE_SECONDS) close(silence);
    }
  }

  return {
    push(probabilities) {
      probabilities.forEach(step);
      return ready.splice(0);
    },
    finish() {
      if (begin !== undefined) close(silence ?? frames * FRAME_SECONDS);
      return ready.splice(0);
    },
  };
}
