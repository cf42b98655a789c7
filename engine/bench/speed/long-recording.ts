import { closeSync, openSync, writeSync } from 'node:fs';
import { devNull } from 'node:os';

import { decodeToPcm } from '../../src/audio/decode.ts';
import { SAMPLE_RATE } from '../../src/audio/pcm-file.ts';

export interface LongRecordingOptions {
  /** Recordings to join, again from the first after the last. At least one, in any container. */
  readonly sources: readonly string[];
  readonly seconds: number;
  /** Where the WAV file goes. Overwritten. */
  readonly output: string;
}

const BYTES_PER_SAMPLE = 2;

/** Joins recordings to one of exactly the wanted length: a 16 kHz mono 16-bit WAV file. */
export function writeLongRecording({ sources, seconds, output }: LongRecordingOptions): void {
  const wanted = Math.round(seconds * SAMPLE_RATE);
  const file = openSync(output, 'w');
  try {
    writeSync(file, wavHeader(wanted));
    let written = 0;
    for (const frame of framesOf(sources)) {
      written += writeSync(file, frame.subarray(0, wanted - written)) / BYTES_PER_SAMPLE;
      if (written === wanted) return;
    }
  } finally {
    closeSync(file);
  }
}

function* framesOf(sources: readonly string[]): Generator<Int16Array> {
  for (;;) {
    for (const input of sources) {
      yield* decodeToPcm({ input, output: devNull, maxDurationSeconds: Infinity });
    }
  }
}

/** The 44 bytes before 16-bit samples (RIFF WAVE, format 1). `sampleCount` is that of each channel. */
export function wavHeader(sampleCount: number, { channels = 1, rate = SAMPLE_RATE } = {}): Buffer {
  const frameBytes = channels * BYTES_PER_SAMPLE;
  const dataBytes = sampleCount * frameBytes;
  const header = Buffer.alloc(44);
  header.write('RIFF', 0);
  header.writeUInt32LE(36 + dataBytes, 4);
  header.write('WAVEfmt ', 8);
  header.writeUInt32LE(16, 16); // length of the format chunk
  header.writeUInt16LE(1, 20); // uncompressed
  header.writeUInt16LE(channels, 22);
  header.writeUInt32LE(rate, 24);
  header.writeUInt32LE(rate * frameBytes, 28);
  header.writeUInt16LE(frameBytes, 32);
  header.writeUInt16LE(8 * BYTES_PER_SAMPLE, 34);
  header.write('data', 36);
  header.writeUInt32LE(dataBytes, 40);
  return header;
}
