import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';

import { wavHeader } from '../../bench/speed/long-recording.ts';
import { decodeToPcm } from './decode.ts';
import { encodeAs } from './encoded-recordings.fixture.ts';
import { probeAudio } from './probe.ts';

const RATE = 8000;
const SECONDS = 0.2;
const PEAK = 8000;

const folder = mkdtempSync(path.join(tmpdir(), 'icana-mixdown-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Samples of all channels in turns, with a tone on one of them. */
function toneOn(channel: number, channels: number): Int16Array {
  const samples = new Int16Array(RATE * SECONDS * channels);
  for (let frame = 0; frame < RATE * SECONDS; frame++)
    samples[frame * channels + channel] = Math.round(PEAK * Math.sin((2 * Math.PI * 440 * frame) / RATE));
  return samples;
}

/** How loud the tone comes out, as a share of its peak. */
function heard(recording: Buffer): number {
  const input = path.join(folder, 'tone');
  writeFileSync(input, recording);
  expect(probeAudio(input).durationSeconds).toBeGreaterThan(SECONDS / 2);
  const output = path.join(folder, 'tone.pcm');
  rmSync(output, { force: true });
  const frames = [...decodeToPcm({ input, output, maxDurationSeconds: 9, declaredSeconds: SECONDS })];
  return Math.max(...frames.flatMap((frame) => [...frame])) / PEAK;
}

/** It does not say where its channels are. */
function plainWav(samples: Int16Array, channels: number): Buffer {
  const header = wavHeader(samples.length / channels, { channels, rate: RATE });
  return Buffer.concat([header, Buffer.from(samples.buffer)]);
}

function withoutPlaces(channels: number): number[] {
  return Array.from({ length: channels }, (_, channel) =>
    heard(plainWav(toneOn(channel, channels), channels)),
  );
}

interface Places {
  /** What Core Audio calls the places. */
  readonly tag: number;
  readonly bitmap?: number;
  readonly channels: number;
}

/** A CAF file, which can name any places in any order. */
function withPlaces({ tag, bitmap = 0, channels }: Places): number[] {
  const description = Buffer.alloc(32);
  description.writeDoubleBE(RATE, 0);
  description.write('lpcm', 8);
  description.writeUInt32BE(2, 12); // little-endian
  description.writeUInt32BE(2 * channels, 16);
  description.writeUInt32BE(1, 20);
  description.writeUInt32BE(channels, 24);
  description.writeUInt32BE(16, 28);
  const places = Buffer.alloc(12);
  places.writeUInt32BE(tag, 0);
  places.writeUInt32BE(bitmap, 4);
  return Array.from({ length: channels }, (_, channel) => {
    const data = Buffer.concat([Buffer.alloc(4), Buffer.from(toneOn(channel, channels).buffer)]);
    const chunks = [chunk('desc', description), chunk('chan', places), chunk('data', data)];
    return heard(Buffer.concat([Buffer.from('caff\0\x01\0\0'), ...chunks]));
  });
}

function chunk(type: string, content: Buffer): Buffer {
  const header = Buffer.alloc(12);
  header.write(type, 'latin1');
  header.writeBigInt64BE(BigInt(content.length), 4);
  return Buffer.concat([header, content]);
}

const BITMAP = 0x1_0000;

describe('of channels without places', () => {
  test.each([3, 6, 7, 8, 9, 16, 64])('each of %i is heard, and none more than the others', (channels) => {
    for (const level of withoutPlaces(channels)) expect(level).toBeCloseTo(1 / channels, 2.5);
  });

  test('any number up to 64 is mixed, as the probe says', () => {
    for (let channels = 1; channels <= 64; channels++) {
      expect(heard(plainWav(toneOn(0, channels), channels))).toBeGreaterThan(0.9 / channels);
    }
  });
});

test('of FLAC, which calls any six channels a film, each is heard all the same', () => {
  for (let channel = 0; channel < 6; channel++) {
    const [input, output] = [path.join(folder, 'six.wav'), path.join(folder, 'six.flac')];
    writeFileSync(input, plainWav(toneOn(channel, 6), 6));
    encodeAs('flac', { input, output });
    expect(heard(readFileSync(output))).toBeCloseTo(1 / 6, 2);
  }
});

test('of a film the middle, where people speak, is the loudest, and what is all bass is left out', () => {
  const [left, right, middle, bass, backLeft, backRight] = withPlaces({
    tag: BITMAP,
    bitmap: 0x3f,
    channels: 6,
  });
  expect(left).toBeCloseTo(right!);
  expect(middle! / left!).toBeCloseTo(Math.SQRT2, 1);
  expect(backLeft! / left!).toBeCloseTo(Math.SQRT1_2, 1);
  expect(backRight).toBeCloseTo(backLeft!);
  expect(bass).toBe(0);
});

test.each([
  ['front left and the middle', { tag: BITMAP, bitmap: 0x5, channels: 2 }],
  ['the first seven of a cinema, one of a pair missing', { tag: BITMAP, bitmap: 0x7f, channels: 7 }],
  ['three in front of which two are above', { tag: BITMAP, bitmap: 0x5004, channels: 3 }],
  ['a film in another order, with the middle first', { tag: (124 << 16) | 6, channels: 6 }],
])('places that FFmpeg does not mix count the same: %s', (_, places) => {
  for (const level of withPlaces(places)) expect(level).toBeCloseTo(1 / places.channels, 2);
});
