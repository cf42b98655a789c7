import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';

import { LOG_MEL_BANDS } from '../features/front-end.ts';
import { readFloats } from '../recordings.fixture.ts';
import { createTable } from '../table.ts';
import { loadSpeakerNet, type SpeakerNet } from './speaker-net.ts';
import { createVoicePrinter } from './voice-prints.ts';

const logMel = readFloats(join(import.meta.dirname, 'parity/log-mel.f32'));
const expected = readFloats(join(import.meta.dirname, 'parity/prints.f32'));

/** The weights are stored as 16-bit floats; the expected prints come from 32-bit ones. */
const TOLERANCE = 5e-3;

let net: SpeakerNet;
beforeAll(async () => {
  net = await loadSpeakerNet();
});
afterAll(() => net.close());

function expectPrint(print: Float32Array): void {
  expected.forEach((value, d) => expect(Math.abs(print[d]! - value)).toBeLessThan(TOLERANCE));
}

it('gives the voice prints that the trained net gave', async () => {
  expectPrint(await net.embed(logMel, 1));
});

it('takes the same prints batch by batch, whatever the lengths and the order', async () => {
  const frames = logMel.length / LOG_MEL_BANDS;
  const windows = Array.from({ length: 70 }, (_, i) => ({
    firstRow: 0,
    frameCount: i % 2 ? frames : frames / 2,
  }));
  const printer = createVoicePrinter(net, windows);
  const table = { rows: frames, width: LOG_MEL_BANDS, data: logMel };
  for (const [index, { frameCount }] of windows.entries()) await printer.add({ index, frameCount }, table, 0);
  const prints = await printer.finish();
  expect([prints.rows, prints.width]).toEqual([70, 60]);
  for (const row of [1, 63, 69]) expectPrint(prints.data.subarray(row * 60, (row + 1) * 60));
});

it('repeats speech that is too short for the net', async () => {
  const half = logMel.subarray(0, 30 * LOG_MEL_BANDS);
  const twice = new Float32Array(60 * LOG_MEL_BANDS);
  twice.set(half, 0);
  twice.set(half, half.length);
  const printer = createVoicePrinter(net, [{ firstRow: 0, frameCount: 30 }]);
  await printer.add(
    { index: 0, frameCount: 30 },
    { ...createTable(0, LOG_MEL_BANDS), rows: 30, data: half },
    0,
  );
  const [direct, printed] = [await net.embed(twice, 1), (await printer.finish()).data];
  printed.forEach((value, d) => expect(value).toBeCloseTo(direct[d]!, 5));
});
