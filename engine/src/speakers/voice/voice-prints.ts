import { LOG_MEL_BANDS } from '../features/front-end.ts';
import { createTable, type Table } from '../table.ts';
import type { SpeakerNet } from './speaker-net.ts';
import type { VoiceWindow } from './windows.ts';

/** Windows go through the net together: 32 at once cost a third less each than one alone. */
const BATCH = 32;

/** The net was trained on a second and more; shorter speech is repeated up to this length. */
const SHORTEST_INPUT_FRAMES = 60;

/** Lengths are rounded down to tenths of a second, so that odd windows still find others to go with. */
const LENGTH_STEP_FRAMES = 10;

/** Collects windows of equal length and takes their voice prints batch by batch. */
export interface VoicePrinter {
  /** Adds window number `index`, whose log-mel frames begin at row `from` of `logMel`. */
  add(window: { index: number; frameCount: number }, logMel: Table, from: number): Promise<void>;
  /** Takes the prints still waiting and gives all of them, a row a window. */
  finish(): Promise<Table>;
}

interface Waiting {
  readonly input: Float32Array;
  readonly indices: number[];
}

export function createVoicePrinter(net: SpeakerNet, windows: readonly VoiceWindow[]): VoicePrinter {
  const prints = createTable(windows.length, net.betweenVariances.length);
  const waitingByLength = new Map<number, Waiting>();

  async function take(frames: number, { input, indices }: Waiting): Promise<void> {
    waitingByLength.delete(frames);
    const z = await net.embed(input.subarray(0, indices.length * frames * LOG_MEL_BANDS), indices.length);
    indices.forEach((index, i) => {
      prints.data.set(z.subarray(i * prints.width, (i + 1) * prints.width), index * prints.width);
    });
  }

  return {
    async add({ index, frameCount }, logMel, from) {
      const used = Math.max(LENGTH_STEP_FRAMES, frameCount - (frameCount % LENGTH_STEP_FRAMES));
      const frames = used * Math.ceil(SHORTEST_INPUT_FRAMES / used);
      const waiting = waitingByLength.get(frames) ?? {
        input: new Float32Array(BATCH * frames * LOG_MEL_BANDS),
        indices: [],
      };
      waitingByLength.set(frames, waiting);
      const source = logMel.data.subarray(from * LOG_MEL_BANDS, (from + used) * LOG_MEL_BANDS);
      const at = waiting.indices.length * frames * LOG_MEL_BANDS;
      for (let filled = 0; filled < frames * LOG_MEL_BANDS; filled += source.length) {
        waiting.input.set(source, at + filled);
      }
      waiting.indices.push(index);
      if (waiting.indices.length === BATCH) await take(frames, waiting);
    },
    async finish() {
      for (const [frames, waiting] of waitingByLength) await take(frames, waiting);
      return prints;
    },
  };
}
