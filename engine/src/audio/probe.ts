import type { Decoder } from 'node-av/api';
import type { Packet } from 'node-av/lib';

import { noAudio, openDecoder, openMedia, tooLong, type Media } from './media.ts';

export interface AudioFacts {
  /** FFmpeg's name of the container, such as `mov,mp4,m4a,3gp,3g2,mj2`. */
  readonly container: string;
  readonly durationSeconds: number;
}

/** Shorter than this is a click, not a recording; and nothing is left of it at 16 kHz. */
const SHORTEST_SECONDS = 0.01;

/**
 * Says what a file holds without decoding it all: the duration is counted from the packets, because headers lie (a
 * truncated upload keeps the header of the whole) or say nothing (live recordings). At least one frame must decode.
 *
 * @throws UnusableAudioError when the file holds no audio that decodes, or more than is allowed: as soon as that much
 * has been counted, because a few bytes can claim to be a second and a file has many
 */
export function probeAudio(path: string, maxDurationSeconds = Infinity): AudioFacts {
  using media = openMedia(path);
  using decoder = openDecoder(media.stream);
  const durationSeconds = measureSeconds(media, decoder, maxDurationSeconds);
  if (durationSeconds < SHORTEST_SECONDS) throw noAudio();
  return { container: media.demuxer.formatName, durationSeconds };
}

function measureSeconds({ demuxer, stream }: Media, decoder: Decoder, maxSeconds: number): number {
  const { num, den } = stream.timeBase;
  let ticks = 0n;
  let first: bigint | undefined;
  let end = 0n;
  let playable = false;
  for (using packet of demuxer.packetsSync(stream.index)) {
    if (!packet) break;
    playable ||= decodes(decoder, packet);
    ticks += packet.duration;
    if ((Number(ticks) * num) / den > maxSeconds) throw tooLong(maxSeconds);
    first ??= packet.pts;
    end = packet.pts + packet.duration;
  }
  if (!playable && !decodes(decoder, null)) throw noAudio();
  const seconds = (Number(reconcile(ticks, end - (first ?? 0n))) * num) / den;
  if (seconds > maxSeconds) throw tooLong(maxSeconds);
  return seconds;
}

/**
 * Neither measure is right for every format: Vorbis packets understate their durations by a percent, Opus in Matroska
 * may carry none, and time stamps jump in spliced recordings. Where the two nearly agree the longer is right.
 */
function reconcile(summed: bigint, spanned: bigint): bigint {
  if (summed === 0n) return spanned;
  const nearlyAgree = spanned > summed && spanned * 10n < summed * 11n;
  return nearlyAgree ? spanned : summed;
}

function decodes(decoder: Decoder, packet: Packet | null): boolean {
  const frames = decoder.decodeAllSync(packet);
  for (const frame of frames) frame.free();
  return frames.length > 0;
}
