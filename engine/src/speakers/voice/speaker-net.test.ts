import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';

import { LOG_MEL_BANDS } from '../features/front-end.ts';
import { readFloats } from '../recordings.fixture.ts';
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
  const table = { rows: frames, width: LOG_MEL_BANDS, data: logMel };
  const printer = createVoicePrinter(net);
  for (let i = 0; i < 70; i++)
    await printer.add(table, { firstFrame: 0, frameCount: i % 2 ? frames : frames / 2 });
  const prints = await printer.finish();
  expect(prints.map(({ length }) => length)).toEqual(Array(70).fill(60));
  for (const row of [1, 63, 69]) expectPrint(prints[row]!);
});

it.each([30, 7])('repeats speech of %i frames, too short for the net', async (frameCount) => {
  const used = logMel.subarray(0, frameCount * LOG_MEL_BANDS);
  const times = Math.ceil(60 / frameCount);
  const repeated = Float32Array.from({ length: times * used.length }, (_, i) => used[i % used.length]!);
  const printer = createVoicePrinter(net);
  await printer.add({ rows: frameCount, width: LOG_MEL_BANDS, data: used }, { firstFrame: 0, frameCount });
  const [direct, [printed]] = [await net.embed(repeated, 1), await printer.finish()];
  printed!.forEach((value, d) => expect(value).toBeCloseTo(direct[d]!, 5));
});
