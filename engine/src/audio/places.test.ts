import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { wavHeader } from '../../bench/speed/long-recording.ts';
import { decodeToPcm } from './decode.ts';
import { encodeAs, type Encoding } from './encoded-recordings.fixture.ts';
import { openPcmFile, SAMPLE_RATE } from './pcm-file.ts';
import { probeAudio } from './probe.ts';

const RATE = 48_000;
const SECONDS = 240;
const CLICKS = [0.9, 19.7531, 61.002, 101.9, 122.3333, 187.4567, 239.2];

const folder = mkdtempSync(path.join(tmpdir(), 'icana-places-'));
const source = path.join(folder, 'source.wav');
beforeAll(() => {
  const samples = new Int16Array(SECONDS * RATE);
  for (const seconds of CLICKS) {
    const first = Math.round(seconds * RATE);
    for (let i = 0; i < 200; i++) samples[first + i] = 20_000 * Math.sin((Math.PI * i) / 12);
  }
  const header = wavHeader(SECONDS * RATE, { rate: RATE });
  writeFileSync(source, Buffer.concat([header, Buffer.from(samples.buffer)]));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** When something is heard in a decoded recording, and how long it is. */
function decodeAndListen(input: string) {
  const output = path.join(folder, 'decoded.pcm');
  rmSync(output, { force: true });
  for (const frame of decodeToPcm({ input, output, maxDurationSeconds: 3600 }))
    expect(frame.length).toBeGreaterThan(0);
  using pcm = openPcmFile(output);
  const samples = pcm.read(0, pcm.sampleCount);
  const heard: number[] = [];
  for (let i = 0; i < samples.length; i++) {
    if (Math.abs(samples[i]!) < 0.15) continue;
    heard.push(i / SAMPLE_RATE);
    i += SAMPLE_RATE / 2;
  }
  return { heard, seconds: pcm.durationSeconds };
}

/** The times without packets: a microphone that was off, and a line that failed. */
function isMissing(seconds: number): boolean {
  return (seconds > 25 && seconds < 100) || (seconds > 130 && seconds < 130.2);
}

function expectClicksInPlace(heard: readonly number[], clicks: readonly number[]): void {
  expect(heard).toHaveLength(clicks.length);
  heard.forEach((seconds, index) => expect(Math.abs(seconds - clicks[index]!)).toBeLessThan(0.005));
}

describe.each<Encoding>(['wav', 'mp3', 'm4a', 'ogg', 'webm', 'flac'])('a recording as %s', (encoding) => {
  test('keeps every sound within 5 ms of its place, also after minutes', () => {
    const file = path.join(folder, `clicks.${encoding}`);
    encodeAs(encoding, { input: source, output: file });
    const { heard, seconds } = decodeAndListen(file);
    expectClicksInPlace(heard, CLICKS);
    expect(Math.abs(seconds - SECONDS)).toBeLessThan(0.05);
  });
});

describe.each<Encoding>(['m4a', 'ogg', 'webm', 'flac'])(
  'a recording as %s in which packets are missing',
  (encoding) => {
    test('has silence there, and every later sound in its place', () => {
      const file = path.join(folder, `gaps.${encoding}`);
      encodeAs(encoding, { input: source, output: file, keep: (seconds) => !isMissing(seconds) });
      const { heard, seconds } = decodeAndListen(file);
      expectClicksInPlace(
        heard,
        CLICKS.filter((click) => !isMissing(click)),
      );
      expect(Math.abs(seconds - SECONDS)).toBeLessThan(0.05);
      expect(Math.abs(probeAudio(file).durationSeconds - seconds)).toBeLessThan(0.1);
    });
  },
);
