import type { PcmFile } from '../../audio/pcm-file.ts';
import type { Interval, SpeechRegion } from '../../types.ts';
import type { SideAt } from '../channels/call-sides.ts';
import { cutAtVoiceChanges } from '../cutting/voice-changes.ts';
import { FRAMES_PER_SECOND, frameCountOf } from '../features/frames.ts';
import { createFrontEnd } from '../features/front-end.ts';
import { piecesOf, type Piece, type StretchFrames } from '../features/pieces.ts';
import { findLocalVoices } from '../local/local-voices.ts';
import type { SegmentationNet } from '../local/segmentation-net.ts';
import { runsOf } from '../runs.ts';
import { rowsOf, type Table } from '../table.ts';
import type { SpeakerNet } from '../voice/speaker-net.ts';
import { createVoicePrinter } from '../voice/voice-prints.ts';
import type { Stretch } from './stretch.ts';

export interface GatheredSpeech {
  /** They cover the regions wholly, in order. */
  readonly stretches: Stretch[];
  /** Where two people speak at once, where that can be told. */
  readonly overlaps: Interval[];
}

/**
 * Cuts the speech into stretches of one voice each and takes the voice print of every one. Holds no more than a piece of
 * a minute at a time; time grows in proportion to the speech.
 *
 * @param source.sideAt of a call with one side on each channel: the side that speaks
 * @param source.segmentation cuts the speech, in place of the statistics of the sound, where the channels do not
 * @param source.onPiece told after each piece how far it has come, in seconds of the recording
 */
export async function gatherSpeech(source: {
  pcm: PcmFile;
  regions: readonly SpeechRegion[];
  net: SpeakerNet;
  sideAt?: SideAt | undefined;
  segmentation?: SegmentationNet | undefined;
  onPiece?: ((analysedSeconds: number) => void) | undefined;
}): Promise<GatheredSpeech> {
  const { pcm, regions, net, sideAt, segmentation, onPiece } = source;
  const frontEnd = createFrontEnd(pcm);
  const printer = createVoicePrinter(net);
  const places: Omit<Stretch, 'print'>[] = [];
  const overlaps: Interval[] = [];

  async function stretchesIn(cepstra: Table, piece: Piece): Promise<SidedStretch[]> {
    if (!segmentation || sideAt) return stretchesBySide(cepstra, piece, sideAt);
    const local = await findLocalVoices({ pcm, net: segmentation }, piece);
    overlaps.push(...local.overlaps);
    return local.stretches;
  }

  for (const piece of piecesOf(regions, frameCountOf(pcm.sampleCount))) {
    const { logMel, cepstra } = frontEnd(piece);
    for (const stretch of await stretchesIn(cepstra, piece)) {
      places.push({ ...placeOf(stretch, piece), channel: stretch.channel });
      await printer.add(logMel, stretch);
    }
    onPiece?.(piece.end);
  }
  const prints = await printer.finish();
  return { stretches: places.map((place, i) => ({ ...place, print: prints[i]! })), overlaps };
}

interface SidedStretch extends StretchFrames {
  readonly channel?: number | undefined;
}

/** In a call the voice changes wherever the side does. */
function stretchesBySide(cepstra: Table, piece: Piece, sideAt?: SideAt): SidedStretch[] {
  const channels = Array.from({ length: cepstra.rows }, (_, frame) => sideAt?.(piece.firstFrame + frame));
  return runsOf(channels).flatMap(({ value: channel, from, to }) =>
    cutAtVoiceChanges(rowsOf(cepstra, from, to)).map(({ firstFrame, frameCount }) => ({
      firstFrame: from + firstFrame,
      frameCount,
      channel,
    })),
  );
}

/** Borders inside a piece lie between frames, those of the piece exactly where the speech begins and ends. */
function placeOf({ firstFrame, frameCount }: StretchFrames, piece: Piece): Interval {
  const isFirst = firstFrame === 0;
  const isLast = firstFrame + frameCount === piece.frameCount;
  return {
    start: isFirst ? piece.start : (piece.firstFrame + firstFrame) / FRAMES_PER_SECOND,
    end: isLast ? piece.end : (piece.firstFrame + firstFrame + frameCount) / FRAMES_PER_SECOND,
  };
}
