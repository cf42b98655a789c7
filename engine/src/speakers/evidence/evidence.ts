import type { Stretch } from './stretch.ts';

/**
 * All that is known of who speaks when in a recording: enough to tell any number of speakers apart without its audio.
 * Plain JSON, about 35 kB for an hour of speech and 20 for each more.
 */
export interface SpeakerEvidence {
  readonly version: 1;
  /** Variance between voices of each dimension of the prints, where that of one voice is 1. */
  readonly betweenVariances: readonly number[];
  /** Start and end of each stretch in milliseconds: unsigned 32-bit integers, base64. */
  readonly times: string;
  /** The prints, a signed byte a dimension in steps of 1/8, base64. */
  readonly prints: string;
  /** Where stretches share prints: the number of each stretch's, unsigned 16-bit integers, base64. */
  readonly printNumbers?: string | undefined;
  /** In a call with one side on each channel: the channel of each stretch, a byte each, base64. */
  readonly channels?: string | undefined;
}

/** A voice scatters with a variance of 1, so that rounding to this adds a thousandth to it. */
const STEP = 1 / 8;

export function packEvidence(
  stretches: readonly Stretch[],
  betweenVariances: ArrayLike<number>,
): SpeakerEvidence {
  const times = Uint32Array.from(stretches.flatMap(({ start, end }) => [start, end].map(toMilliseconds)));
  const different = [...new Set(stretches.map(({ print }) => print))];
  const prints = Int8Array.from(different.flatMap((print) => Array.from(print, toStep)));
  const numbers = new Map(different.map((print, number) => [print, number]));
  const printNumbers = Uint16Array.from(stretches, ({ print }) => numbers.get(print)!);
  const isCall = stretches.length > 0 && stretches.every(({ channel }) => channel !== undefined);
  const channels = isCall ? Uint8Array.from(stretches, ({ channel }) => channel!) : undefined;
  return {
    version: 1,
    betweenVariances: Array.from(betweenVariances),
    times: toBase64(times),
    prints: toBase64(prints),
    ...(different.length < stretches.length && { printNumbers: toBase64(printNumbers) }),
    ...(channels && { channels: toBase64(channels) }),
  };
}

export function unpackEvidence(evidence: SpeakerEvidence): Stretch[] {
  const { betweenVariances, times, printNumbers, channels } = evidence;
  const milliseconds = new Uint32Array(fromBase64(times));
  const prints = unpackPrints(evidence.prints, betweenVariances.length);
  const numbers = printNumbers === undefined ? undefined : new Uint16Array(fromBase64(printNumbers));
  const sides = channels === undefined ? undefined : new Uint8Array(fromBase64(channels));
  return Array.from({ length: milliseconds.length / 2 }, (_, i) => ({
    start: milliseconds[2 * i]! / 1000,
    end: milliseconds[2 * i + 1]! / 1000,
    print: prints[numbers?.[i] ?? i]!,
    channel: sides?.[i],
  }));
}

function unpackPrints(prints: string, width: number): Float32Array[] {
  const steps = new Int8Array(fromBase64(prints));
  return Array.from({ length: steps.length / width }, (_, i) =>
    Float32Array.from(steps.subarray(i * width, (i + 1) * width), (step) => step * STEP),
  );
}

function toMilliseconds(seconds: number): number {
  return Math.round(seconds * 1000);
}

function toStep(value: number): number {
  return Math.max(-128, Math.min(127, Math.round(value / STEP)));
}

function toBase64({ buffer, byteOffset, byteLength }: ArrayBufferView): string {
  return Buffer.from(buffer, byteOffset, byteLength).toString('base64');
}

/** Copied, since the bytes of a small Buffer lie anywhere in a larger one. */
function fromBase64(text: string): ArrayBuffer {
  return Uint8Array.from(Buffer.from(text, 'base64')).buffer;
}
