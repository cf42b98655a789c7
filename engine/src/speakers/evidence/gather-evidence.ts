import type { PcmFile } from '../../audio/pcm-file.ts';
import type { Interval, SpeechRegion } from '../../types.ts';
import type { SideAt } from '../channels/call-sides.ts';
import { FRAMES_PER_SECOND, frameCountOf } from '../features/frames.ts';
import { createFrontEnd } from '../features/front-end.ts';
import { piecesOf, type Piece } from '../features/pieces.ts';
import { segmentsOf, type Segment } from '../segments/segments.ts';
import { rowsOf, type Table } from '../table.ts';
import type { SpeakerNet } from '../voice/speaker-net.ts';
import { createVoicePrinter } from '../voice/voice-prints.ts';
import type { Stretch } from './stretch.ts';

/**
 * Cuts the speech into stretches of one voice each and takes the voice print of every one. They cover the regions
 * wholly, in order. Holds no more than a piece of a minute at a time; time grows in proportion to the speech.
 *
 * @param source.sideAt of a call with one side on each channel: the side that speaks
 */
export async function gatherStretches(source: {
  pcm: PcmFile;
  regions: readonly SpeechRegion[];
  net: SpeakerNet;
  sideAt?: SideAt | undefined;
}): Promise<Stretch[]> {
  const { pcm, regions, net, sideAt } = source;
  const frontEnd = createFrontEnd(pcm);
  const printer = createVoicePrinter(net);
  const places: Omit<Stretch, 'print'>[] = [];
  for (const piece of piecesOf(regions, frameCountOf(pcm.sampleCount))) {
    const { logMel, cepstra } = frontEnd(piece);
    for (const segment of segmentsBySide(cepstra, piece, sideAt)) {
      places.push({ ...placeOf(segment, piece), channel: segment.channel });
      await printer.add(logMel, segment);
    }
  }
  const prints = await printer.finish();
  return places.map((place, i) => ({ ...place, print: prints[i]! }));
}

interface SidedSegment extends Segment {
  readonly channel: number | undefined;
}

/** In a call the voice changes wherever the side does. */
function segmentsBySide(cepstra: Table, piece: Piece, sideAt?: SideAt): SidedSegment[] {
  const channelOf = (frame: number) => sideAt?.(piece.firstFrame + frame);
  const segments: SidedSegment[] = [];
  let from = 0;
  for (let to = 1; to <= cepstra.rows; to++) {
    const channel = channelOf(from);
    if (to < cepstra.rows && channelOf(to) === channel) continue;
    for (const { firstFrame, frameCount } of segmentsOf(rowsOf(cepstra, from, to))) {
      segments.push({ firstFrame: from + firstFrame, frameCount, channel });
    }
    from = to;
  }
  return segments;
}

/** Borders inside a piece lie between frames, those of the piece exactly where the speech begins and ends. */
function placeOf({ firstFrame, frameCount }: Segment, piece: Piece): Interval {
  const isFirst = firstFrame === 0;
  const isLast = firstFrame + frameCount === piece.frameCount;
  return {
    start: isFirst ? piece.start : (piece.firstFrame + firstFrame) / FRAMES_PER_SECOND,
    end: isLast ? piece.end : (piece.firstFrame + firstFrame + frameCount) / FRAMES_PER_SECOND,
  };
}
