import { LOG_MEL_BANDS } from '../features/front-end.ts';
import type { StretchFrames } from '../features/pieces.ts';
import type { Table } from '../table.ts';
import type { SpeakerNet } from './speaker-net.ts';

/** Stretches of equal length go through the net together, up to this many frames: a third less time than alone. */
const BATCH_FRAMES = 2400;

/** The net was trained on a second and more; shorter speech is repeated up to this length. */
const SHORTEST_INPUT_FRAMES = 60;

/** What comes after 6 s tells the net next to nothing new. */
const LONGEST_INPUT_FRAMES = 600;

/** Lengths are rounded down to tenths of a second, so that odd ones still find others to go with. */
const LENGTH_STEP_FRAMES = 10;

/** Collects stretches of speech of equal length and takes their voice prints batch by batch. */
export interface VoicePrinter {
  /** Adds a stretch: `frameCount` rows of `logMel` from `firstFrame` on. */
  add(logMel: Table, stretch: StretchFrames): Promise<void>;
  /** Takes the prints still waiting and gives all of them, in the order of adding. */
  finish(): Promise<Float32Array[]>;
}

interface Waiting {
  readonly input: Float32Array;
  readonly numbers: number[];
}

export function createVoicePrinter(net: SpeakerNet): VoicePrinter {
  const prints: Float32Array[] = [];
  const waitingByLength = new Map<number, Waiting>();
  let added = 0;

  async function take(frames: number, { input, numbers }: Waiting): Promise<void> {
    waitingByLength.delete(frames);
    const length = numbers.length * frames * LOG_MEL_BANDS;
    const found = await net.embed(input.subarray(0, length), numbers.length);
    const width = found.length / numbers.length;
    numbers.forEach((number, i) => {
      prints[number] = found.slice(i * width, (i + 1) * width);
    });
  }

  return {
    async add(logMel, { firstFrame, frameCount }) {
      const used = usedFrames(frameCount);
      const frames = used * Math.ceil(SHORTEST_INPUT_FRAMES / used);
      const most = Math.max(1, Math.floor(BATCH_FRAMES / frames));
      const waiting = waitingByLength.get(frames) ?? {
        input: new Float32Array(most * frames * LOG_MEL_BANDS),
        numbers: [],
      };
      waitingByLength.set(frames, waiting);
      const source = logMel.data.subarray(firstFrame * LOG_MEL_BANDS, (firstFrame + used) * LOG_MEL_BANDS);
      const at = waiting.numbers.length * frames * LOG_MEL_BANDS;
      for (let filled = 0; filled < frames * LOG_MEL_BANDS; filled += source.length) {
        waiting.input.set(source, at + filled);
      }
      waiting.numbers.push(added++);
      if (waiting.numbers.length === most) await take(frames, waiting);
    },
    async finish() {
      for (const [frames, waiting] of waitingByLength) await take(frames, waiting);
      return prints;
    },
  };
}

function usedFrames(frameCount: number): number {
  if (frameCount < LENGTH_STEP_FRAMES) return frameCount;
  const most = Math.min(frameCount, LONGEST_INPUT_FRAMES);
  return most - (most % LENGTH_STEP_FRAMES);
}
