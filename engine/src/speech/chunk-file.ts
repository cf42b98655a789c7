import { open, type FileHandle } from 'node:fs/promises';

import { BYTES_PER_SAMPLE, SAMPLE_RATE } from '../audio/pcm-file.ts';
import type { Interval } from '../types.ts';
import type { SpeechWindow } from './prepare.ts';

/** Where in a chunk's file a window's samples lie: `[from, to)`, counted from the start of the file. */
export interface StoredWindow extends SpeechWindow {
  readonly from: number;
  readonly to: number;
}

/** As the header has a window; its samples follow those of the one before. */
interface HeaderWindow extends Interval {
  readonly samples: number;
  /** 32-bit floats, base64. */
  readonly speech: string;
}

const LENGTH_BYTES = 4;

/**
 * Writes all that recognising some windows takes to a file that can be sent elsewhere: the length of a header (32 bits,
 * little-endian), the header (JSON, filled up with spaces to whole samples), and the samples, without what lies between
 * the windows. 32 kB for each second.
 *
 * @param recording the decoded recording, as far as the end of the last window at least
 */
export async function writeChunkFile(
  path: string,
  { recording, windows }: { recording: string; windows: readonly SpeechWindow[] },
): Promise<void> {
  await using source = await open(recording, 'r');
  const sounds = await Promise.all(windows.map((window) => readSamples(source, window)));
  const header = windows.map(({ start, end, speech }, index) => ({
    start,
    end,
    samples: sounds[index]!.length / BYTES_PER_SAMPLE,
    speech: Buffer.from(speech.buffer, speech.byteOffset, speech.byteLength).toString('base64'),
  }));
  await using file = await open(path, 'w');
  await file.writeFile(Buffer.concat([...encodeHeader(header), ...sounds]));
}

/** The windows of a chunk's file, in order. */
export async function readChunkFile(path: string): Promise<StoredWindow[]> {
  await using file = await open(path, 'r');
  const headerBytes = (await readBytes(file, 0, LENGTH_BYTES)).readUInt32LE();
  const header = await readBytes(file, LENGTH_BYTES, headerBytes);
  let from = (LENGTH_BYTES + headerBytes) / BYTES_PER_SAMPLE;
  return (JSON.parse(header.toString()) as HeaderWindow[]).map(({ start, end, samples, speech }) => {
    const window = { start, end, from, to: from + samples, speech: floatsOf(speech) };
    from = window.to;
    return window;
  });
}

function encodeHeader(windows: readonly HeaderWindow[]): [length: Buffer, header: Buffer] {
  const json = JSON.stringify(windows);
  const header = Buffer.from(json.padEnd(json.length + (json.length % BYTES_PER_SAMPLE)));
  const length = Buffer.alloc(LENGTH_BYTES);
  length.writeUInt32LE(header.length);
  return [length, header];
}

/** Up to the end of the recording: its last window may be filled up with silence. */
async function readSamples(source: FileHandle, { start, end }: Interval): Promise<Buffer> {
  const from = Math.round(start * SAMPLE_RATE);
  const count = Math.round(end * SAMPLE_RATE) - from;
  return await readBytes(source, from * BYTES_PER_SAMPLE, count * BYTES_PER_SAMPLE);
}

async function readBytes(file: FileHandle, position: number, length: number): Promise<Buffer> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, position);
  return buffer.subarray(0, bytesRead);
}

/** Copied, since the bytes of a small Buffer lie anywhere in a larger one. */
const floatsOf = (base64: string): Float32Array =>
  new Float32Array(Uint8Array.from(Buffer.from(base64, 'base64')).buffer);
