import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';

import { openPcmFile, SAMPLE_RATE } from '../audio/pcm-file.ts';
import { readChunkFile, writeChunkFile } from './chunk-file.ts';
import { groupChunks, secondsOf } from './chunks.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'icana-chunks-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Windows of 20 s with a second between them. */
const windows = (count: number) =>
  Array.from({ length: count }, (_, index) => ({ start: index * 21, end: index * 21 + 20 }));

test('chunks hold about two minutes, the first half a minute, and together every window once and in order', () => {
  const grouper = groupChunks();
  const all = windows(17);
  const chunks = [...grouper.push(all.slice(0, 5)), ...grouper.push(all.slice(5)), ...grouper.finish()];
  expect(chunks.map(secondsOf)).toEqual([40, 120, 120, 60]);
  expect(chunks.flat()).toEqual(all);
});

test('chunks are the same however their windows come', () => {
  const [atOnce, oneByOne] = [groupChunks(), groupChunks()];
  const all = windows(30);
  const chunks = [...all.flatMap((window) => oneByOne.push([window])), ...oneByOne.finish()];
  expect(chunks).toEqual([...atOnce.push(all), ...atOnce.finish()]);
});

test('silence makes no chunk', () => {
  expect(groupChunks().finish()).toEqual([]);
});

test('the file of a chunk gives back exactly the samples and the speech of its windows', async () => {
  const recording = path.join(folder, 'recording.pcm');
  const samples = Int16Array.from({ length: 3 * SAMPLE_RATE }, (_, index) => (index * 7919) % 65_536);
  writeFileSync(recording, samples);
  const given = [
    { start: 0.2, end: 0.9001, speech: Float32Array.of(0.1, 1 / 3, 0.9) },
    // Filled up with silence by whoever cut the windows, which nobody has written.
    { start: 2.5, end: 3.01, speech: Float32Array.of(1, 0) },
  ];
  const file = path.join(folder, 'chunk-0');
  await writeChunkFile(file, { recording, windows: given });

  const read = await readChunkFile(file);
  expect(read).toMatchObject(given);
  using pcm = openPcmFile(file);
  using source = openPcmFile(recording);
  for (const { start, end, from, to } of read) {
    const expected = source.read(Math.round(start * SAMPLE_RATE), Math.round(end * SAMPLE_RATE));
    expect(pcm.read(from, to)).toEqual(expected);
  }
});
