import { closeSync, fstatSync, openSync, readSync } from 'node:fs';

/** Every stage after decoding works at this rate, mono. */
export const SAMPLE_RATE = 16_000;

export const BYTES_PER_SAMPLE = 2;
/** The value a 16-bit sample of 1.0 would have. */
export const FULL_SCALE = 32_768;

/** A decoded recording on local disk: 16 kHz, mono, signed 16-bit little-endian, no header. */
export interface PcmFile extends Disposable {
  readonly sampleCount: number;
  readonly durationSeconds: number;
  /** Samples `[from, to)` as floats in [-1, 1). The range is clipped to the file. */
  read(from: number, to: number): Float32Array;
}

/**
 * Opens a decoded recording for random access. Only what is read is held in memory, so a three-hour recording
 * costs no more than a short one. Reads are synchronous: they run in an engine process that has nothing else to do.
 */
export function openPcmFile(path: string): PcmFile {
  const descriptor = openSync(path, 'r');
  const sampleCount = Math.floor(fstatSync(descriptor).size / BYTES_PER_SAMPLE);
  return {
    sampleCount,
    durationSeconds: sampleCount / SAMPLE_RATE,
    read(from, to) {
      const first = Math.max(0, from);
      const count = Math.max(0, Math.min(to, sampleCount) - first);
      const bytes = new Int16Array(count);
      readSync(descriptor, bytes, 0, count * BYTES_PER_SAMPLE, first * BYTES_PER_SAMPLE);
      // Not Float32Array.from: it goes through an iterator, 20 times slower and with a list of all values in between.
      const samples = new Float32Array(count);
      for (let i = 0; i < count; i++) samples[i] = bytes[i]! / FULL_SCALE;
      return samples;
    },
    [Symbol.dispose]: () => closeSync(descriptor),
  };
}
