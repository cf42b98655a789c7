import { Decoder, Demuxer } from 'node-av/api';
import { Log, type IRational, type Stream } from 'node-av/lib';
import { AV_LOG_QUIET, AV_NOPTS_VALUE } from 'node-av/constants';

import { UnusableAudioError } from './errors.ts';
import { LONGEST_GAP_SECONDS } from './time-line.ts';

/**
 * The demuxers a recording may use. An upload chooses its own format by its bytes, and FFmpeg also knows formats that
 * are lists of other files or addresses (HLS, DASH, concat, image sequences): those would let a recording read this
 * machine's disk or network, so they are not on the list, and no protocol but `file` is either.
 */
const DEMUXERS = [
  'wav', 'w64', 'aiff', 'caf', 'au', 'mp3', 'aac', 'flac', 'ogg', 'mov', 'mp4', 'm4a', '3gp', '3g2', 'mj2',
  'matroska', 'webm', 'asf', 'amr', 'ac3', 'eac3', 'avi', 'wv', 'ape', 'mpeg', 'mpegts',
].join(','); // prettier-ignore

const NO_AUDIO =
  'The file holds no audio that can be read. Send a recording that plays in an ordinary player.';

export interface Media extends Disposable {
  readonly demuxer: Demuxer;
  readonly stream: Stream;
}

/** FFmpeg's resampler, which mixes all channels to one, takes no more. */
const MOST_CHANNELS = 64;

/** Opens the first audio stream of a local file. Throws `UnusableAudioError` when there is none that can be mixed. */
export function openMedia(path: string): Media {
  Log.setLevel(AV_LOG_QUIET);
  const demuxer = openDemuxer(path);
  const stream = demuxer.audio();
  if (!stream) {
    const hasVideo = demuxer.video() !== undefined;
    demuxer.closeSync();
    throw new UnusableAudioError(
      hasVideo ? 'The file holds video but no audio track. Send a recording with sound.' : NO_AUDIO,
    );
  }
  const { channels } = stream.codecpar;
  if (channels > MOST_CHANNELS) {
    demuxer.closeSync();
    throw new UnusableAudioError(
      `The recording has ${channels} channels, and at most ${MOST_CHANNELS} can be read. Mix it down.`,
    );
  }
  return { demuxer, stream, [Symbol.dispose]: () => demuxer.closeSync() };
}

function openDemuxer(path: string): Demuxer {
  try {
    return Demuxer.openSync(path, {
      options: { protocol_whitelist: 'file', format_whitelist: DEMUXERS },
      // What is a gap and what a new beginning is for the time line to say, in every container alike.
      dtsDeltaThreshold: LONGEST_GAP_SECONDS,
    });
  } catch (cause) {
    throw new UnusableAudioError(NO_AUDIO, { cause });
  }
}

/** A decoder that skips damaged packets, as players do. Throws `UnusableAudioError` for a codec it does not know. */
export function openDecoder(stream: Stream): Decoder {
  try {
    return Decoder.createSync(stream, { exitOnError: false });
  } catch (cause) {
    throw new UnusableAudioError(NO_AUDIO, { cause });
  }
}

/** A time stamp in seconds; `undefined` where a container gives none. */
export function secondsOf(stamp: bigint, { num, den }: IRational): number | undefined {
  return stamp === AV_NOPTS_VALUE ? undefined : (Number(stamp) * num) / den;
}

export function noAudio(): UnusableAudioError {
  return new UnusableAudioError(NO_AUDIO);
}

export function tooLong(maxDurationSeconds: number): UnusableAudioError {
  const hours = Math.round(maxDurationSeconds / 360) / 10;
  return new UnusableAudioError(
    `The recording is longer than the ${hours} hours allowed. Split it and send the parts.`,
  );
}

export function falseDuration(): UnusableAudioError {
  return new UnusableAudioError(
    'The recording plays far longer than its file says. Export it anew with an audio program and send that.',
  );
}
