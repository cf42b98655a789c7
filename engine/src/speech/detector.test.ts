import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { expect, onTestFinished, test } from 'vitest';

import { SAMPLE_RATE } from '../audio/pcm-file.ts';
import { openSpeechModels } from '../models/speech-models.ts';
import { UnexpectedModelError } from '../onnx/graph-messages.ts';
import { decodeFile } from '../speakers/recordings.fixture.ts';
import { FRAME_SAMPLES, loadSpeechModel } from './detector.ts';
import { sequenceGraph } from './detector-graph.ts';

const SAMPLE = path.resolve(import.meta.dirname, '../../../server/sample/conversation.mp3');
const { speechDetector } = await openSpeechModels();

function readSample(frames: number): Float32Array {
  return decodeFile(SAMPLE).read(0, frames * FRAME_SAMPLES);
}

/** As its makers run it: the net as published, a frame at a time, each with the 64 samples before it. */
async function publishedProbabilities(samples: Float32Array): Promise<number[]> {
  const session = await InferenceSession.create(speechDetector);
  const sr = new Tensor('int64', BigInt64Array.of(BigInt(SAMPLE_RATE)), []);
  let state = new Tensor('float32', new Float32Array(256), [2, 1, 128]) as Tensor;
  const probabilities: number[] = [];
  for (let start = 0; start < samples.length; start += FRAME_SAMPLES) {
    const input = new Float32Array(64 + FRAME_SAMPLES);
    input.set(samples.subarray(Math.max(0, start - 64), start + FRAME_SAMPLES), start === 0 ? 64 : 0);
    const outputs = await session.run({ input: new Tensor('float32', input, [1, input.length]), state, sr });
    state = outputs['stateN']!;
    probabilities.push((outputs['output']!.data as Float32Array)[0]!);
  }
  return probabilities;
}

test('frames that are heard together are judged as the published net judges them one by one', async () => {
  const samples = readSample(300);
  const expected = await publishedProbabilities(samples);
  const found = await (await loadSpeechModel(speechDetector)).detector().push(samples);
  expect(Math.max(...expected) - Math.min(...expected)).toBeGreaterThan(0.9);
  expect(found).toHaveLength(expected.length);
  found.forEach((probability, frame) => expect(probability).toBeCloseTo(expected[frame]!, 5));
});

test('it makes no difference in how many pieces a recording is heard', async () => {
  const samples = readSample(60);
  const model = await loadSpeechModel(speechDetector);
  const whole = await model.detector().push(samples);
  const inPieces = model.detector();
  const found: number[] = [];
  for (const [from, to] of [
    [0, 1],
    [1, 1],
    [1, 23],
    [23, 60],
  ]) {
    found.push(...(await inPieces.push(samples.subarray(from! * FRAME_SAMPLES, to! * FRAME_SAMPLES))));
  }
  found.forEach((probability, frame) => expect(probability).toBeCloseTo(whole[frame]!, 5));
  expect(found).toHaveLength(60);
});

test('a file that is damaged, or another model, or no model is refused', async () => {
  const published = await readFile(speechDetector);
  expect(() => sequenceGraph(published.subarray(0, -3))).toThrow(/damaged/);
  expect(() => sequenceGraph(new Uint8Array(0))).toThrow(UnexpectedModelError);
  const folder = await mkdtemp(path.join(tmpdir(), 'icana-detector-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const page = path.join(folder, 'page.onnx');
  await writeFile(page, '<html>Not found</html>');
  await expect(loadSpeechModel(page)).rejects.toThrow(UnexpectedModelError);
});
