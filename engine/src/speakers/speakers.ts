import type { PcmFile } from '../audio/pcm-file.ts';
import type { SpeakerHint, SpeakerTurn, SpeechRegion } from '../types.ts';
import { clusterByBic } from './bic/bic-clustering.ts';
import type { CountBounds } from './clustering/spectral.ts';
import { frameCountOf } from './features/frames.ts';
import { CEPSTRA, createFrontEnd } from './features/front-end.ts';
import { piecesOf, rowCountOf, type Piece } from './features/pieces.ts';
import { seededRandom, type Random } from './random.ts';
import { resegment } from './resegmentation/resegmentation.ts';
import { centreColumns, createTable, type Table } from './table.ts';
import { mergeShortTurns, numberByAppearance, turnsOf } from './turns.ts';
import { voteOnFrames } from './voice/frame-votes.ts';
import type { SpeakerNet } from './voice/speaker-net.ts';
import { clusterByVoice } from './voice/voice-clustering.ts';
import { createVoicePrinter } from './voice/voice-prints.ts';
import { windowsOf } from './voice/windows.ts';

/** Without a bound from the caller no more voices than this are told apart. */
const MOST_SPEAKERS = 20;

/** What the analysis of a recording works on. The same input and seed always give the same turns. */
export interface SpeakerAnalysis {
  readonly pcm: PcmFile;
  readonly regions: readonly SpeechRegion[];
  readonly hint: SpeakerHint;
  readonly net: SpeakerNet;
  readonly seed?: number;
}

/**
 * Who speaks when: turns that cover the speech regions in order without overlap, in seconds, speakers counted from
 * 0 by first appearance. Where the number of speakers is given, the recording's own statistics tell them apart;
 * where it is not, the speaker net's voice prints say how many there are. Memory grows by 85 bytes a frame of speech,
 * 31 MB an hour, and time in proportion to the speech.
 */
export async function analyseSpeakers(analysis: SpeakerAnalysis): Promise<SpeakerTurn[]> {
  const { pcm, regions, hint, net, seed = 1 } = analysis;
  const pieces = piecesOf(regions, frameCountOf(pcm.sampleCount));
  const bounds = countBounds(hint);
  const random = seededRandom(seed);
  if (bounds.max === 1) return turnsOf(pieces, new Int32Array(rowCountOf(pieces)));

  const { cepstra, labels } =
    bounds.min === bounds.max
      ? byRecording({ pcm, pieces, speakers: bounds.max })
      : await byVoice({ pcm, pieces, net, bounds, random });
  centreColumns(cepstra);
  resegment({ cepstra, pieces, labels, random });
  return numberByAppearance(mergeShortTurns(turnsOf(pieces, labels)));
}

function countBounds({ numSpeakers, minSpeakers = 1, maxSpeakers }: SpeakerHint): CountBounds {
  if (numSpeakers !== undefined) return { min: numSpeakers, max: numSpeakers };
  return { min: minSpeakers, max: Math.max(minSpeakers, maxSpeakers ?? MOST_SPEAKERS) };
}

interface Labelled {
  readonly cepstra: Table;
  /** A speaker for every speech frame, -1 where not known yet. */
  readonly labels: Int32Array;
}

/** The number of speakers given: the recording's own statistics are enough. */
function byRecording(given: { pcm: PcmFile; pieces: readonly Piece[]; speakers: number }): Labelled {
  const { pcm, pieces, speakers } = given;
  const frontEnd = createFrontEnd(pcm);
  const cepstra = createTable(rowCountOf(pieces), CEPSTRA);
  for (const piece of pieces) cepstra.data.set(frontEnd(piece).cepstra.data, piece.firstRow * CEPSTRA);
  return { cepstra, labels: clusterByBic({ cepstra, pieces, speakers }) };
}

/** The number of speakers not given: voice prints by the net, clustered. */
async function byVoice(given: {
  pcm: PcmFile;
  pieces: readonly Piece[];
  net: SpeakerNet;
  bounds: CountBounds;
  random: Random;
}): Promise<Labelled> {
  const { pcm, pieces, net, bounds, random } = given;
  const frontEnd = createFrontEnd(pcm);
  const cepstra = createTable(rowCountOf(pieces), CEPSTRA);
  const windows = pieces.flatMap(windowsOf);
  const printer = createVoicePrinter(net, windows);
  let next = 0;
  for (const piece of pieces) {
    const features = frontEnd(piece);
    cepstra.data.set(features.cepstra.data, piece.firstRow * CEPSTRA);
    for (; next < windows.length && windows[next]!.firstRow < piece.firstRow + piece.frameCount; next++) {
      const { firstRow, frameCount } = windows[next]!;
      await printer.add({ index: next, frameCount }, features.logMel, firstRow - piece.firstRow);
    }
  }
  const prints = await printer.finish();
  const voices = clusterByVoice({ prints, betweenVariances: net.betweenVariances, bounds, random });
  return { cepstra, labels: voteOnFrames({ windows, labels: voices, rows: cepstra.rows }) };
}
