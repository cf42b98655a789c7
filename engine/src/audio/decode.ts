import { closeSync, openSync, writeSync } from 'node:fs';
import { FilterAPI, type Decoder, type Demuxer } from 'node-av/api';
import type { Stream } from 'node-av/lib';

import { falseDuration, noAudio, openDecoder, openMedia, tooLong } from './media.ts';
import { SAMPLE_RATE } from './pcm-file.ts';

export interface DecodeOptions {
  readonly input: string;
  /** Where the 16 kHz mono 16-bit samples go. Overwritten. */
  readonly output: string;
  /** A recording that decodes to more is refused: a few kilobytes can claim to be years of silence. */
  readonly maxDurationSeconds: number;
  /** What the probe made of it. A recording that decodes to far more has packets that lie, and is refused. */
  readonly declaredSeconds?: number;
}

/** Estimates of a duration may be off; that is no reason to refuse a recording. */
const plausibleSeconds = (declaredSeconds: number): number => 2 * declaredSeconds + 60;

/**
 * Decodes the first audio stream of any supported container to a headerless PCM file, all channels mixed to one.
 * Frame by frame: memory does not grow with the recording. Damaged frames are skipped.
 *
 * @yields the samples of each frame once they are on disk, so that a caller may follow close behind
 * @throws UnusableAudioError when nothing could be decoded, or too much
 */
export function* decodeToPcm(options: DecodeOptions): Generator<Int16Array, void> {
  using media = openMedia(options.input);
  using decoder = openDecoder(media.stream);
  const maxSamples = options.maxDurationSeconds * SAMPLE_RATE;
  const plausibleSamples = plausibleSeconds(options.declaredSeconds ?? Infinity) * SAMPLE_RATE;
  const output = openSync(options.output, 'w');
  let samples = 0;
  try {
    for (const frame of monoFrames(media.demuxer, media.stream, decoder)) {
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

function* monoFrames(demuxer: Demuxer, stream: Stream, decoder: Decoder): Generator<Int16Array> {
  using filter = FilterAPI.create(
    `aresample=${SAMPLE_RATE},aformat=sample_fmts=s16:channel_layouts=mono:sample_rates=${SAMPLE_RATE}`,
    { graph: { nbThreads: 1 } },
  );
  for (using frame of filter.framesSync(decoder.framesSync(demuxer.packetsSync(stream.index)))) {
    if (!frame) return;
    const plane = frame.data?.[0];
    // Copied: FFmpeg takes its buffer back, and it need not be aligned to two bytes.
    const bytes = plane?.buffer.slice(plane.byteOffset, plane.byteOffset + frame.nbSamples * 2);
    if (bytes) yield new Int16Array(bytes);
  }
}
