import { Decoder, Demuxer, Encoder, Muxer } from 'node-av/api';
import type { FFEncoderCodec } from 'node-av/constants';
import type { Packet } from 'node-av/lib';

/** What recordings in each container are usually encoded with. */
const ENCODERS = {
  wav: 'pcm_s16le',
  mp3: 'libmp3lame',
  m4a: 'aac',
  ogg: 'libopus',
  webm: 'libopus',
  flac: 'flac',
} as const;

export type Encoding = keyof typeof ENCODERS;

export interface EncodingRequest {
  /** A WAV file of 48,000 samples a second. */
  readonly input: string;
  /** Its name ends as the encoding is called. */
  readonly output: string;
  /** Whether the packet that begins at this second is kept: all, when left out. Lossy lines and pauses lose some. */
  readonly keep?: (seconds: number) => boolean;
}

export function encodeAs(encoding: Encoding, { input, output, keep = () => true }: EncodingRequest): void {
  using demuxer = Demuxer.openSync(input);
  using decoder = Decoder.createSync(demuxer.audio()!);
  using encoder = Encoder.createSync(ENCODERS[encoding] as FFEncoderCodec, { decoder, autoResample: true });
  using muxer = Muxer.openSync(output);
  const stream = muxer.addStream(encoder);
  for (using packet of encoder.packetsSync(decoder.framesSync(demuxer.packetsSync(0)))) {
    if (!packet || keep(startOf(packet))) muxer.writePacketSync(packet, stream);
    if (!packet) return;
  }
}

function startOf({ pts, timeBase }: Packet): number {
  return (Number(pts) * timeBase.num) / timeBase.den;
}
