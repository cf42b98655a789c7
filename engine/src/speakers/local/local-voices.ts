import type { PcmFile } from '../../audio/pcm-file.ts';
import type { Interval } from '../../types.ts';
import { FRAMES_PER_SECOND, HOP_SAMPLES } from '../features/frames.ts';
import type { Piece, StretchFrames } from '../features/pieces.ts';
import { runsOf, type Run } from '../runs.ts';
import { answerAt, WINDOW_SAMPLES, type SegmentationNet } from './segmentation-net.ts';

/** Of each window the middle is used: at its edges the net knows only one side of what it hears. */
const STEP_FRAMES = 8 * FRAMES_PER_SECOND;
const MARGIN_FRAMES = (WINDOW_SAMPLES / HOP_SAMPLES - STEP_FRAMES) / 2;

/** Less is nobody's turn, and too little for a voice print. */
const SHORTEST_STRETCH_FRAMES = 0.3 * FRAMES_PER_SECOND;
/** Two people are said to speak at once when they do for at least a short word. */
const SHORTEST_OVERLAP_FRAMES = 0.2 * FRAMES_PER_SECOND;

export interface LocalVoices {
  /** Cover the piece; the voice changes between one and the next, or may, where a step of the net ends. */
  readonly stretches: StretchFrames[];
  /** Where two people speak at once, in seconds from the start of the recording. */
  readonly overlaps: Interval[];
}

/** What a net hears of who speaks in a piece of speech, a few seconds at a time. */
export async function findLocalVoices(
  { pcm, net }: { pcm: PcmFile; net: SegmentationNet },
  { firstFrame, frameCount }: Piece,
): Promise<LocalVoices> {
  const stretches: StretchFrames[] = [];
  const isOverlap: boolean[] = [];
  for (let from = 0; from < frameCount; from += STEP_FRAMES) {
    const firstSample = (firstFrame + from - MARGIN_FRAMES) * HOP_SAMPLES;
    const voices = await net.voicesIn(readWindow(pcm, firstSample));
    const ofFrames = Array.from(
      { length: Math.min(STEP_FRAMES, frameCount - from) },
      (_, frame) => voices[answerAt((MARGIN_FRAMES + frame + 0.5) * HOP_SAMPLES)]!,
    );
    isOverlap.push(...ofFrames.map((each) => each.length > 1));
    for (const run of mergeShort(runsOf(mainVoices(ofFrames)))) {
      stretches.push({ firstFrame: from + run.from, frameCount: run.to - run.from });
    }
  }
  const overlaps = runsOf(isOverlap)
    .filter(({ value, from, to }) => value && to - from >= SHORTEST_OVERLAP_FRAMES)
    .map(({ from, to }) => ({
      start: (firstFrame + from) / FRAMES_PER_SECOND,
      end: (firstFrame + to) / FRAMES_PER_SECOND,
    }));
  return { stretches, overlaps };
}

/** A window of the recording, with silence before it and behind it. */
function readWindow(pcm: PcmFile, firstSample: number): Float32Array {
  const window = new Float32Array(WINDOW_SAMPLES);
  window.set(pcm.read(firstSample, firstSample + WINDOW_SAMPLES), Math.max(0, -firstSample));
  return window;
}

/** One voice a frame: of two the one that spoke before, and where nobody is heard the same. */
function mainVoices(ofFrames: readonly (readonly number[])[]): number[] {
  let last = ofFrames.find((voices) => voices.length > 0)?.[0] ?? 0;
  return ofFrames.map((voices) => {
    if (voices.length > 0 && !voices.includes(last)) last = voices[0]!;
    return last;
  });
}

/** Gives what is too short to the voice before it, or at the beginning to the one after it. */
function mergeShort(runs: readonly Run<number>[]): Run<number>[] {
  const merged: Run<number>[] = [];
  for (const run of runs) {
    const last = merged.at(-1);
    const isShort = run.to - run.from < SHORTEST_STRETCH_FRAMES;
    const lastIsShort = last !== undefined && last.to - last.from < SHORTEST_STRETCH_FRAMES;
    if (last && (isShort || lastIsShort || last.value === run.value)) {
      merged[merged.length - 1] = {
        value: lastIsShort ? run.value : last.value,
        from: last.from,
        to: run.to,
      };
    } else merged.push(run);
  }
  return merged;
}
