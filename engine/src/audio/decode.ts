import { closeSync, constants, openSync, writeSync } from 'node:fs';
import { FilterAPI, type Decoder, type Demuxer } from 'node-av/api';
import type { Frame, Stream } from 'node-av/lib';

import { createChannelLevels, type ChannelLevelsWriter } from './channel-levels.ts';
import { falseDuration, noAudio, openDecoder, openMedia, secondsOf, tooLong } from './media.ts';
import { mixdownFilter, placed } from './mixdown.ts';
import { SAMPLE_RATE } from './pcm-file.ts';
import { createTimeLine } from './time-line.ts';

export interface DecodeOptions {
  readonly input: string;
  /** Where the 16 kHz mono 16-bit samples go. What an earlier attempt has left is written over with the same. */
  readonly output: string;
  /** Where the levels of both channels go, if there are just two (see `createChannelLevels`). */
  readonly channelLevels?: string | undefined;
  /** A recording that decodes to more is refused: a few kilobytes can claim to be years of silence. */
  readonly maxDurationSeconds: number;
  /** What the probe made of it. A recording that decodes to far more has packets that lie, and is refused. */
  readonly declaredSeconds?: number;
}

/** Estimates of a duration may be off; that is no reason to refuse a recording. */
const plausibleSeconds = (declaredSeconds: number): number => 2 * declaredSeconds + 60;

/**
 * Decodes the first audio stream of any supported container to a headerless PCM file, all channels mixed to one.
 * Frame by frame: memory does not grow with the recording. Damaged frames are skipped. Samples lie where the recording's
 * time stamps say, with silence for what is missing.
 *
 * @yields the samples of each frame once they are on disk, so that a caller may follow close behind
 * @throws UnusableAudioError when nothing could be decoded, or too much
 */
export function* decodeToPcm(options: DecodeOptions): Generator<Int16Array, void> {
  using media = openMedia(options.input);
  using decoder = openDecoder(media.stream);
  const maxSamples = options.maxDurationSeconds * SAMPLE_RATE;
  const plausibleSamples = plausibleSeconds(options.declaredSeconds ?? Infinity) * SAMPLE_RATE;
  const { channelLevels } = options;
  const isStereo = media.stream.codecpar.channels === 2;
  using levels = channelLevels && isStereo ? createChannelLevels(channelLevels) : undefined;
  // Not emptied: what an attempt before this one has written may just be read, and is the same.
  const output = openSync(options.output, constants.O_WRONLY | constants.O_CREAT);
  let samples = 0;
  try {
    for (const decoded of framesOf({ ...media, decoder, layout: levels ? 'stereo' : 'mono' })) {
      const frame = levels ? mixed(decoded, levels) : decoded;
      writeSync(output, frame);
      samples += frame.length;
      if (samples > maxSamples) throw tooLong(options.maxDurationSeconds);
      if (samples > plausibleSamples) throw falseDuration();
      yield frame;
    }
  } finally {
    closeSync(output);
  }
  if (samples === 0) throw noAudio();
}

interface Source {
  readonly demuxer: Demuxer;
  readonly stream: Stream;
  readonly decoder: Decoder;
  readonly layout: 'mono' | 'stereo';
}

/** Frames of 16 kHz samples, those of two channels in turns. */
function* framesOf({ demuxer, stream, decoder, layout }: Source): Generator<Int16Array> {
  const mixdown = mixdownFilter(stream.codecpar, { target: layout, rate: SAMPLE_RATE });
  using filter = FilterAPI.create(mixdown, { graph: { nbThreads: 1 } });
  const channels = layout === 'stereo' ? 2 : 1;
  const timeLine = createTimeLine(demuxer.startTime);
  const decoded = decoder.framesSync(demuxer.packetsSync(stream.index));
  for (using frame of filter.framesSync(placed(decoded))) {
    if (!frame) return;
    const samples = samplesOf(frame, channels);
    if (!samples) continue;
    const start = secondsOf(frame.pts, frame.timeBase);
    yield* silence(timeLine.place({ start, seconds: frame.nbSamples / SAMPLE_RATE }), channels);
    yield samples;
  }
}

function samplesOf(frame: Frame, channels: number): Int16Array | undefined {
  const plane = frame.data?.[0];
  // Copied: FFmpeg takes its buffer back, and it need not be aligned to two bytes.
  const bytes = plane?.buffer.slice(plane.byteOffset, plane.byteOffset + frame.nbSamples * channels * 2);
  return bytes && new Int16Array(bytes);
}

/** In frames of at most a second. */
function* silence(seconds: number, channels: number): Generator<Int16Array> {
  for (let left = Math.round(seconds * SAMPLE_RATE); left > 0; left -= SAMPLE_RATE) {
    yield new Int16Array(Math.min(left, SAMPLE_RATE) * channels);
  }
}

/** A sum of two channels that has less than this of what the louder one has is what is left of it, not a mix. */
const CANCELLED_SHARE = 0.01;

/**
 * Both channels in one, half of each, as FFmpeg mixes them. With one channel the wrong way round, as from a cable that is
 * wired wrongly, that would be silence: where both cancel out, half of their difference is what each of them says.
 */
function mixed(stereo: Int16Array, levels: ChannelLevelsWriter): Int16Array {
  levels.push(stereo);
  const sign = cancelOut(stereo) ? -1 : 1;
  const mono = new Int16Array(stereo.length / 2);
  for (let i = 0; i < mono.length; i++)
    mono[i] = Math.round((stereo[2 * i]! + sign * stereo[2 * i + 1]!) / 2);
  return mono;
}

function cancelOut(stereo: Int16Array): boolean {
  let [left, right, sum] = [0, 0, 0];
  for (let i = 0; i + 1 < stereo.length; i += 2) {
    left += stereo[i]! ** 2;
    right += stereo[i + 1]! ** 2;
    sum += (stereo[i]! + stereo[i + 1]!) ** 2;
  }
  return sum < CANCELLED_SHARE * Math.max(left, right);
}
