import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { describeWithSpeech, speechFile } from '../../test/support/speech-recordings.ts';
import { wavHeader } from '../bench/speed/long-recording.ts';
import { encodeAs, type Encoding } from './audio/encoded-recordings.fixture.ts';
import { SAMPLE_RATE } from './audio/pcm-file.ts';
import { createEngine, type Engine, type Word } from './index.ts';
import { openSpeechModels } from './models/speech-models.ts';
import { decodeFile } from './speakers/recordings.fixture.ts';

const RATE = 48_000;
const SECONDS = 200;
const CLICKS = [0.5, 31.0007, 99.99, 140.25];
/** When the same sentences begin: early, in the middle and at the end. */
const PLACES = [4.217, 88.5043, 186.333];

const TEN_MINUTES_MS = 600_000;

describeWithSpeech('words between clicks and silence, said again and again over minutes', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'icana-word-places-'));
  const source = path.join(folder, 'source.wav');
  const engine: { current?: Engine } = {};
  let expected: readonly Word[];

  beforeAll(async () => {
    engine.current = createEngine({ models: await openSpeechModels() });
    const clip = decodeFile(speechFile('asr/misc-jfk.flac'));
    writeTrack(source, clip.read(0, clip.sampleCount));
    const alone = path.join(folder, 'alone.wav');
    writeFileSync(
      alone,
      wavOf(
        Int16Array.from(clip.read(0, clip.sampleCount), (sample) => sample * 32_767),
        SAMPLE_RATE,
      ),
    );
    expected = await wordsOf(alone);
    expect(expected.length).toBeGreaterThan(20);
  }, TEN_MINUTES_MS);

  afterAll(() => {
    engine.current?.close();
    rmSync(folder, { recursive: true });
  });

  async function wordsOf(file: string): Promise<Word[]> {
    const { segments } = await engine.current!.transcribe({ path: file, hint: { numSpeakers: 1 } });
    return segments.flatMap(({ words }) => words);
  }

  test.each<Encoding>(['wav', 'mp3', 'm4a', 'ogg', 'webm'])(
    'keep their places within 20 ms on average as %s, and nine of ten within 50 ms',
    async (encoding) => {
      const file = path.join(folder, `track.${encoding}`);
      encodeAs(encoding, { input: source, output: file });
      const words = await wordsOf(file);
      const all: number[] = [];
      for (const place of PLACES) {
        const here = words.filter(({ start, end }) => start > place - 1 && end < place + 12);
        const shifts = here.flatMap((word, index) => {
          const same = expected[index];
          return same?.text === word.text
            ? [word.start - place - same.start, word.end - place - same.end]
            : [];
        });
        expect(
          here
            .map(({ text }) => text)
            .join(' ')
            .slice(-40),
        ).toContain('you can do for your country');
        expect(shifts.length).toBeGreaterThan(expected.length);
        expect(Math.abs(shifts.reduce((sum, shift) => sum + shift, 0) / shifts.length)).toBeLessThan(0.02);
        all.push(...shifts);
      }
      // Some edges are up to 90 ms off: frames of the encoder, 24 ms long, begin with the window.
      const close = all.filter((shift) => Math.abs(shift) < 0.05);
      expect(close.length).toBeGreaterThanOrEqual(0.9 * all.length);
    },
    TEN_MINUTES_MS,
  );
});

function writeTrack(file: string, clip: Float32Array): void {
  const track = new Int16Array(SECONDS * RATE);
  for (const seconds of CLICKS) {
    for (let i = 0; i < 150; i++)
      track[Math.round(seconds * RATE) + i] = 20_000 * Math.sin((Math.PI * i) / 12);
  }
  const factor = RATE / SAMPLE_RATE;
  for (const seconds of PLACES) {
    const first = Math.round(seconds * RATE);
    for (let i = 0; i < clip.length * factor - factor; i++) {
      const at = Math.floor(i / factor);
      const share = i / factor - at;
      track[first + i] = 32_767 * (clip[at]! * (1 - share) + clip[at + 1]! * share);
    }
  }
  writeFileSync(file, wavOf(track, RATE));
}

function wavOf(samples: Int16Array, rate: number): Buffer {
  return Buffer.concat([wavHeader(samples.length, { rate }), Buffer.from(samples.buffer)]);
}
