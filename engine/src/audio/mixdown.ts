import { AV_CHANNEL_ORDER_NATIVE, AV_CODEC_ID_FLAC } from 'node-av/constants';
import type { ChannelLayout, CodecParameters, Frame } from 'node-av/lib';

/*
 * FFmpeg mixes channels by where their loudspeakers stand. Where a recording does not say it takes them for those of a
 * cinema, in which the fourth of six is all bass and left out, and of places that no cinema has it mixes nothing at all.
 * Yet many channels without places are as many microphones, and whoever speaks into one is to be heard.
 */

/** FFmpeg mixes what has the two in front, and others of the places of films only in pairs. Bits of its masks. */
const FILM_PLACES = 0x7ffn;
const FRONT = 0x3n;
const PAIRS = [0x30n, 0xc0n, 0x600n];
const MONO = 0x4n;

function isFilm({ order, mask }: ChannelLayout): boolean {
  const isWhole = (pair: bigint) => (mask & pair) === 0n || (mask & pair) === pair;
  const hasFront = (mask & FRONT) === FRONT && (mask & ~FILM_PLACES) === 0n;
  return order === AV_CHANNEL_ORDER_NATIVE && hasFront && PAIRS.every(isWhole);
}

/**
 * The filters that resample, and mix the channels of `placed` frames. All count the same, but those of films: there
 * FFmpeg knows best. FLAC calls every six channels those of a film, so of it that is not believed.
 */
export function mixdownFilter(
  { channelLayout, codecId }: Pick<CodecParameters, 'channelLayout' | 'codecId'>,
  { target, rate }: { target: 'mono' | 'stereo'; rate: number },
): string {
  const { nbChannels } = channelLayout;
  const isAlike = nbChannels > 2 && (codecId === AV_CODEC_ID_FLAC || !isFilm(channelLayout));
  const channels = Array.from({ length: nbChannels }, (_, channel) => `c${channel}`);
  const mean = isAlike ? [`pan=mono|c0<${channels.join('+')}`] : [];
  const format = `aformat=sample_fmts=s16:channel_layouts=${target}:sample_rates=${rate}`;
  return [...mean, `aresample=${rate}`, format].join(',');
}

/** The frames, with places for their channels that filters accept: any do, where all channels count the same. */
export function* placed(frames: Iterable<Frame | null>): Generator<Frame | null> {
  for (const frame of frames) {
    if (frame && !isFilm(frame.channelLayout)) frame.channelLayout = anyPlaces(frame.channelLayout);
    yield frame;
  }
}

function anyPlaces({ nbChannels }: ChannelLayout): ChannelLayout {
  const mask = nbChannels === 1 ? MONO : (1n << BigInt(nbChannels)) - 1n;
  return { nbChannels, order: AV_CHANNEL_ORDER_NATIVE, mask };
}
