import { mkdtempSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';

import { describeWithSpeech, speechFile, speechFiles } from '../../../test/support/speech-recordings.ts';
import { wavHeader } from '../../bench/speed/long-recording.ts';
import { readChannelLevels } from './channel-levels.ts';
import { decodeToPcm } from './decode.ts';
import { UnusableAudioError } from './errors.ts';
import { openPcmFile, SAMPLE_RATE } from './pcm-file.ts';
import { probeAudio } from './probe.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'icana-audio-'));
afterAll(() => rmSync(folder, { recursive: true }));

function decode(input: string, maxDurationSeconds = 3600): string {
  const output = path.join(folder, 'audio.pcm');
  rmSync(output, { force: true });
  for (const frame of decodeToPcm({ input, output, maxDurationSeconds }))
    expect(frame.length).toBeGreaterThan(0);
  return output;
}

/** A second of a 440 Hz tone as a WAV file; `gains` are those of its channels. */
function writeTone(
  name: string,
  { channels = 1, rate = 8000, gains = Array.from({ length: channels }, () => 1) } = {},
): string {
  const data = Buffer.alloc(rate * channels * 2);
  for (let frame = 0; frame < rate; frame++) {
    const sample = Math.round(8000 * Math.sin((2 * Math.PI * 440 * frame) / rate));
    for (let channel = 0; channel < channels; channel++)
      data.writeInt16LE(Math.round(gains[channel]! * sample), (frame * channels + channel) * 2);
  }
  const file = path.join(folder, name);
  writeFileSync(file, Buffer.concat([wavHeader(rate, { channels, rate }), data]));
  return file;
}

test('any sample rate and channel count becomes 16 kHz mono', () => {
  using pcm = openPcmFile(decode(writeTone('stereo.wav', { channels: 2, rate: 44_100 })));
  expect(pcm.durationSeconds).toBeCloseTo(1, 2);
  const samples = pcm.read(SAMPLE_RATE / 4, SAMPLE_RATE / 2);
  const level = Math.sqrt(samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length);
  expect(level).toBeCloseTo(8000 / 32_768 / Math.SQRT2, 2);
});

test('of two channels it is kept how loud each of them is, every 10 ms', () => {
  const [input, channelLevels] = [writeTone('both.wav', { channels: 2 }), path.join(folder, 'both.levels')];
  for (const frame of decodeToPcm({
    input,
    output: path.join(folder, 'both.pcm'),
    channelLevels,
    maxDurationSeconds: 9,
  }))
    expect(frame.length).toBeGreaterThan(0);
  using pcm = openPcmFile(path.join(folder, 'both.pcm'));
  expect(pcm.durationSeconds).toBeCloseTo(1, 2);
  const levels = readChannelLevels(channelLevels)!;
  expect(levels.length).toBe(2 * Math.floor(100 * pcm.durationSeconds));
  for (const level of levels.subarray(20, -20)) expect(level).toBeCloseTo((8000 / 32_768) ** 2 / 2, 2);
  expect(readChannelLevels(path.join(folder, 'none.levels'))).toBeUndefined();
});

test.each([
  ['one of them the wrong way round', { gains: [1, -1], loudness: 1 }],
  ['one of them the wrong way round and softer', { gains: [0.95, -1], loudness: 0.975 }],
  ['one of them silent', { gains: [0, 1], loudness: 0.5 }],
])('two channels are both heard with %s', (_, { gains, loudness }) => {
  const input = writeTone('pair.wav', { channels: 2, rate: SAMPLE_RATE, gains });
  const files = { output: path.join(folder, 'pair.pcm'), channelLevels: path.join(folder, 'pair.levels') };
  const frames = [...decodeToPcm({ input, ...files, maxDurationSeconds: 9 })];
  const peak = Math.max(...frames.flatMap((frame) => [...frame]));
  expect(peak / 8000).toBeCloseTo(loudness, 2);
});

test('a read outside the recording is clipped to it', () => {
  using pcm = openPcmFile(decode(writeTone('tone.wav')));
  expect(pcm.read(-10, 10)).toHaveLength(10);
  expect(pcm.read(pcm.sampleCount - 5, pcm.sampleCount + 5)).toHaveLength(5);
  expect(pcm.read(pcm.sampleCount + 5, pcm.sampleCount + 9)).toHaveLength(0);
});

test('a truncated file has the duration of what is left, whatever its header says', () => {
  const file = writeTone('truncated.wav');
  truncateSync(file, statSync(file).size / 2);
  expect(probeAudio(file).durationSeconds).toBeCloseTo(0.5, 1);
});

test('a recording longer than allowed is refused while it is decoded', () => {
  expect(() => decode(writeTone('long.wav'), 0.5)).toThrow(UnusableAudioError);
});

test('a recording that decodes to far more than it was said to be is given up, and a little more is not', () => {
  const minutes = path.join(folder, 'minutes.wav');
  writeFileSync(
    minutes,
    Buffer.concat([wavHeader(8000 * 90, { channels: 1, rate: 8000 }), Buffer.alloc(8000 * 90 * 2)]),
  );
  const output = path.join(folder, 'minutes.pcm');
  const decodeAs = (declaredSeconds: number) => {
    rmSync(output, { force: true });
    return [...decodeToPcm({ input: minutes, output, maxDurationSeconds: 3600, declaredSeconds })].length;
  };
  expect(decodeAs(16)).toBeGreaterThan(0);
  expect(() => decodeAs(14)).toThrow(/plays far longer than its file says/);
  // It stops there, and not at the end.
  expect(statSync(output).size / 2 / SAMPLE_RATE).toBeLessThan(89);
});

/** An MP4 whose table of times says that every packet lasts 100 ticks, and not the 1024 that it does. */
function falsifyTimes(source: string): string {
  const bytes = readFileSync(source);
  const table = bytes.indexOf('stts') + 8;
  for (let entry = 0; entry < bytes.readUInt32BE(table); entry++)
    bytes.writeUInt32BE(100, table + 8 + entry * 8);
  const file = path.join(folder, 'falsified.m4a');
  writeFileSync(file, bytes);
  return file;
}

test('a recording longer than allowed is refused before it is counted to its end', () => {
  expect(probeAudio(writeTone('tone.wav'), { maxDurationSeconds: 1.1 }).durationSeconds).toBeCloseTo(1);
  expect(() => probeAudio(writeTone('tone.wav'), { maxDurationSeconds: 0.9 })).toThrow(
    /longer than the .* hours allowed/,
  );
});

test('more channels than can be mixed are refused before anything is charged for them', () => {
  expect(probeAudio(writeTone('choir.wav', { channels: 64 })).durationSeconds).toBeCloseTo(1);
  const crowd = writeTone('crowd.wav', { channels: 65 });
  expect(() => probeAudio(crowd)).toThrow(
    'The recording has 65 channels, and at most 64 can be read. Mix it down.',
  );
  expect(() => decode(crowd)).toThrow(UnusableAudioError);
});

test('a list of other files is no recording: nothing else on the machine is opened', () => {
  const playlist = path.join(folder, 'playlist.mp4');
  writeFileSync(
    playlist,
    `#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\n${writeTone('secret.wav')}\n#EXT-X-ENDLIST\n`,
  );
  expect(() => probeAudio(playlist)).toThrow(UnusableAudioError);
  writeFileSync(playlist, `ffconcat version 1.0\nfile ${writeTone('secret.wav')}\n`);
  expect(() => probeAudio(playlist)).toThrow(UnusableAudioError);
});

test('text, an empty file and a missing one are no audio', () => {
  const file = path.join(folder, 'notes.mp3');
  writeFileSync(file, 'Dear diary, '.repeat(1000));
  expect(() => probeAudio(file)).toThrow(/holds no audio/);
  writeFileSync(file, '');
  expect(() => probeAudio(file)).toThrow(/holds no audio/);
  expect(() => probeAudio(path.join(folder, 'nothing.mp3'))).toThrow(/holds no audio/);
});

describeWithSpeech('on real files', () => {
  test.each(speechFiles('containers'))('%s lasts as long as its packets say', (name) => {
    const { durationSeconds } = probeAudio(speechFile(`containers/${name}`));
    using pcm = openPcmFile(decode(speechFile(`containers/${name}`)));
    // Encoder delay and padding are in the packets and not in the sound.
    expect(Math.abs(pcm.durationSeconds - durationSeconds)).toBeLessThan(0.1);
  });

  test('a file can say that it is shorter than it plays, which is why what it decodes to is watched', () => {
    const file = falsifyTimes(speechFile('containers/jfk_441khz.m4a'));
    expect(probeAudio(file).durationSeconds).toBeLessThan(2);
    using pcm = openPcmFile(decode(file));
    expect(pcm.durationSeconds).toBeGreaterThan(10);
  });

  const holdAudio = new Set(['mm_flac_test-unknown-duration.flac', 'mm_incomplete.mp3', 'mm_issue_69.mp3']);

  test.each(speechFiles('bad'))('bad %s is refused in a sentence or gives the audio it holds', (name) => {
    const file = speechFile(`bad/${name}`);
    if (holdAudio.has(name)) {
      using pcm = openPcmFile(decode(file));
      expect(pcm.durationSeconds).toBeGreaterThan(1);
      expect(probeAudio(file).durationSeconds).toBeCloseTo(pcm.durationSeconds, 0);
    } else {
      expect(() => probeAudio(file)).toThrow(/^The file holds .*\. Send a recording .*\.$/);
      expect(() => decode(file)).toThrow(UnusableAudioError);
    }
  });

  test('a video without sound says that this is what it is', () => {
    expect(() => probeAudio(speechFile('bad/video_only_describe_video_content.mp4'))).toThrow(
      /video but no audio/,
    );
  });
});
