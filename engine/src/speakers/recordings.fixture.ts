import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { decodeToPcm } from '../audio/decode.ts';
import { openPcmFile, SAMPLE_RATE, type PcmFile } from '../audio/pcm-file.ts';
import type { SpeechRegion } from '../types.ts';

/** A recording held in memory. */
export function pcmOf(samples: Float32Array): PcmFile {
  return {
    sampleCount: samples.length,
    durationSeconds: samples.length / SAMPLE_RATE,
    read: (from, to) => samples.slice(Math.max(0, from), Math.max(0, to)),
    [Symbol.dispose]: () => undefined,
  };
}

/** Decodes a file into memory. */
export function decodeFile(input: string): PcmFile {
  const folder = mkdtempSync(join(tmpdir(), 'icana-speakers-'));
  const output = join(folder, 'recording.pcm');
  const decoding = decodeToPcm({ input, output, maxDurationSeconds: 3600 });
  while (!decoding.next().done);
  using pcm = openPcmFile(output);
  const samples = pcm.read(0, pcm.sampleCount);
  rmSync(folder, { recursive: true });
  return pcmOf(samples);
}

/** Several recordings one after another, each of them a speech region. */
export function joinRecordings(parts: readonly PcmFile[]): { pcm: PcmFile; regions: SpeechRegion[] } {
  const samples = new Float32Array(parts.reduce((sum, { sampleCount }) => sum + sampleCount, 0));
  const regions: SpeechRegion[] = [];
  let at = 0;
  for (const part of parts) {
    samples.set(part.read(0, part.sampleCount), at);
    regions.push({ start: at / SAMPLE_RATE, end: (at + part.sampleCount) / SAMPLE_RATE });
    at += part.sampleCount;
  }
  return { pcm: pcmOf(samples), regions };
}

/** 32-bit floats of a file, little-endian as stored. */
export function readFloats(path: string): Float32Array {
  const bytes = readFileSync(path);
  return new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
}
