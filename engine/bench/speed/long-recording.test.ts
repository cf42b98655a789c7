import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';

import { decodeToPcm } from '../../src/audio/decode.ts';
import { SAMPLE_RATE } from '../../src/audio/pcm-file.ts';
import { wavHeader, writeLongRecording } from './long-recording.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'icana-long-'));
});

afterEach(() => rmSync(folder, { recursive: true }));

function writeConstant(name: string, seconds: number, value: number): string {
  const path = join(folder, name);
  const samples = new Int16Array(seconds * SAMPLE_RATE).fill(value);
  writeFileSync(path, Buffer.concat([wavHeader(samples.length), Buffer.from(samples.buffer)]));
  return path;
}

it('joins the recordings in turn until the wanted length is reached exactly', () => {
  const sources = [writeConstant('a.wav', 0.5, 1000), writeConstant('b.wav', 0.25, -500)];
  const output = join(folder, 'long.wav');
  writeLongRecording({ sources, seconds: 1, output });

  const frames = decodeToPcm({ input: output, output: join(folder, 'long.pcm'), maxDurationSeconds: 2 });
  const samples = [...frames].flatMap((frame) => [...frame]);
  expect(samples).toHaveLength(SAMPLE_RATE);
  expect(new Set(samples.slice(0, 8000))).toEqual(new Set([1000]));
  expect(new Set(samples.slice(8000, 12_000))).toEqual(new Set([-500]));
  expect(new Set(samples.slice(12_000))).toEqual(new Set([1000]));
});
