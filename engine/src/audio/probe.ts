import type { Decoder } from 'node-av/api';
import type { Packet } from 'node-av/lib';

import { noAudio, openDecoder, openMedia, secondsOf, tooLong, type Media } from './media.ts';
import { createTimeLine } from './time-line.ts';

export interface AudioFacts {
  /** FFmpeg's name of the container, such as `mov,mp4,m4a,3gp,3g2,mj2`. */
  readonly container: string;
  readonly durationSeconds: number;
}

export interface ProbeOptions {
  readonly maxDurationSeconds?: number | undefined;
  /** Told about once a second, from within the synchronous work, how much has been counted: a day takes a minute. */
  readonly onCounted?: ((seconds: number) => void) | undefined;
}

/** By the clock, not by packets: on a slow disk, or between large pictures, a few of them may take long. */
const REPORT_EVERY_MS = 1000;

/** Shorter than this is a click, not a recording; and nothing is left of it at 16 kHz. */
const SHORTEST_SECONDS = 0.01;

/**
 * Says what a file holds without decoding it all: the duration is counted from the packets, because headers lie (a
 * truncated upload keeps the header of the whole) or say nothing (live recordings). Neither do all packets say how long
 * they are (those of Vorbis are a percent short, of Opus in Matroska some say nothing): the time line makes up for it.
 * At least one frame must decode.
 *
 * @throws UnusableAudioError when the file holds no audio that decodes, or more than is allowed: as soon as that much
 * has been counted, because a few bytes can claim to be a second and a file has many
 */
export function probeAudio(path: string, options: ProbeOptions = {}): AudioFacts {
  using media = openMedia(path);
  using decoder = openDecoder(media.stream);
  const durationSeconds = measureSeconds(media, decoder, options);
  if (durationSeconds < SHORTEST_SECONDS) throw noAudio();
  return { container: media.demuxer.formatName, durationSeconds };
}

function measureSeconds({ demuxer, stream }: Media, decoder: Decoder, options: ProbeOptions): number {
  const { maxDurationSeconds = Infinity, onCounted } = options;
  const timeLine = createTimeLine(demuxer.startTime);
  let playable = false;
  let reportedMs = performance.now();
  for (using packet of demuxer.packetsSync(stream.index)) {
    if (!packet) break;
    playable ||= decodes(decoder, packet);
    const start = secondsOf(packet.pts, stream.timeBase);
    timeLine.place({ start, seconds: secondsOf(packet.duration, stream.timeBase) ?? 0 });
    if (timeLine.seconds > maxDurationSeconds) throw tooLong(maxDurationSeconds);
    if (performance.now() - reportedMs < REPORT_EVERY_MS) continue;
    reportedMs = performance.now();
    onCounted?.(timeLine.seconds);
  }
  if (!playable && !decodes(decoder, null)) throw noAudio();
  return timeLine.seconds;
}

function decodes(decoder: Decoder, packet: Packet | null): boolean {
  const frames = decoder.decodeAllSync(packet);
  for (const frame of frames) frame.free();
  return frames.length > 0;
}
