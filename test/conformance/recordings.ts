/** Files to submit: small ones made here, and one real conversation. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';

export interface Recording {
  readonly name: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** Two voices, four sentences, 20 s of English. */
export async function conversation(): Promise<Recording> {
  const file = path.resolve(import.meta.dirname, '../../server/sample/conversation.mp3');
  return { name: 'conversation.mp3', bytes: new Uint8Array(await readFile(file)) };
}

/** A WAV file in which nothing is heard: 16 bit, mono, 16 kHz unless said otherwise. */
export function silence(durationMs: number, { name = 'silence.wav', sampleRate = 16_000 } = {}): Recording {
  const samples = Math.round((durationMs * sampleRate) / 1000);
  return { name, bytes: wav(new Int16Array(samples), sampleRate) };
}

/** A WAV file of one steady tone, in which nobody speaks. */
export function tone(durationMs: number): Recording {
  const sampleRate = 16_000;
  const samples = Int16Array.from({ length: (durationMs * sampleRate) / 1000 }, (_, index) =>
    Math.round(8000 * Math.sin((2 * Math.PI * 440 * index) / sampleRate)),
  );
  return { name: 'tone.wav', bytes: wav(samples, sampleRate) };
}

export const empty: Recording = { name: 'empty.mp3', bytes: new Uint8Array() };

/** Bytes that are no file of any kind, the same in every run. */
export const broken: Recording = {
  name: 'broken.mp3',
  bytes: Uint8Array.from({ length: 5000 }, (_, index) => (index * index * 31 + (index >> 3)) % 251),
};

/** Text under the name of a recording. */
export const text: Recording = {
  name: 'notes.flac',
  bytes: new Uint8Array(Buffer.from('These are the minutes of the meeting.\n'.repeat(50))),
};

/** A Matroska file with one moving picture and no sound. */
export function videoOnly(): Recording {
  const video = element(0xe0, element(0xb0, [16]), element(0xba, [16]));
  const track = element(
    0xae,
    element(0xd7, [1]),
    element(0x73c5, [1]),
    element(0x83, [1]),
    element(0x86, ascii('V_UNCOMPRESSED')),
    video,
  );
  const picture = [0x81, 0, 0, 0x80, ...Buffer.alloc(16 * 16 * 2, 128)];
  const bytes = [
    ...element(0x1a45dfa3, element(0x4282, ascii('matroska'))),
    ...element(
      0x18538067,
      element(0x1549a966, element(0x2ad7b1, [0x0f, 0x42, 0x40])),
      element(0x1654ae6b, track),
      element(0x1f43b675, element(0xe7, [0]), element(0xa3, picture)),
    ),
  ];
  return { name: 'film.webm', bytes: Uint8Array.from(bytes) };
}

/** An element of Matroska: its id, the length of its content in four bytes, its content. */
function element(id: number, ...content: readonly (readonly number[])[]): number[] {
  const inside = content.flat();
  const length = inside.length;
  const idBytes = [24, 16, 8, 0].map((shift) => (id >>> shift) & 0xff);
  const shownId = idBytes.slice(idBytes.findIndex((byte) => byte !== 0));
  return [
    ...shownId,
    0x10 | (length >>> 24),
    (length >>> 16) & 0xff,
    (length >>> 8) & 0xff,
    length & 0xff,
  ].concat(inside);
}

const ascii = (word: string): number[] => [...Buffer.from(word)];

function wav(samples: Int16Array, sampleRate: number): Uint8Array<ArrayBuffer> {
  const header = Buffer.alloc(44);
  header.write('RIFF', 0);
  header.writeUInt32LE(36 + samples.byteLength, 4);
  header.write('WAVEfmt ', 8);
  header.writeUInt32LE(16, 16);
  header.writeUInt16LE(1, 20);
  header.writeUInt16LE(1, 22);
  header.writeUInt32LE(sampleRate, 24);
  header.writeUInt32LE(sampleRate * 2, 28);
  header.writeUInt16LE(2, 32);
  header.writeUInt16LE(16, 34);
  header.write('data', 36);
  header.writeUInt32LE(samples.byteLength, 40);
  return new Uint8Array(Buffer.concat([header, Buffer.from(samples.buffer)]));
}
