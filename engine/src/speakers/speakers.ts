import type { PcmFile } from '../audio/pcm-file.ts';
import type { Interval, SpeakerHint, SpeakerTurn, SpeechRegion } from '../types.ts';
import { findSides } from './channels/call-sides.ts';
import { sharePrints } from './clustering/share-prints.ts';
import { packEvidence, type SpeakerEvidence } from './evidence/evidence.ts';
import { gatherSpeech } from './evidence/gather-evidence.ts';
import type { SegmentationNet } from './local/segmentation-net.ts';
import { recountSpeakers } from './recount.ts';
import type { SpeakerNet } from './voice/speaker-net.ts';

/** What the analysis of a recording works on. The same input always gives the same turns. */
export interface SpeakerAnalysis {
  readonly pcm: PcmFile;
  readonly regions: readonly SpeechRegion[];
  readonly hint: SpeakerHint;
  readonly net: SpeakerNet;
  /** How loud each of two channels is (see `createChannelLevels`): on a call that says who speaks. */
  readonly channelLevels?: Float32Array | undefined;
  /** Where it is installed: hears the voice change, and two people at once. */
  readonly segmentation?: SegmentationNet | undefined;
  /** Told how far it has come, in seconds of the recording, after each minute of speech or less. */
  readonly onPiece?: ((analysedSeconds: number) => void) | undefined;
}

export interface AnalysedSpeakers {
  readonly turns: SpeakerTurn[];
  /** From which another number of speakers is told apart without the audio. */
  readonly evidence: SpeakerEvidence;
  /** Where two people speak at once: known with a segmentation net alone. */
  readonly overlaps: readonly Interval[];
}

/**
 * Who speaks when (see `recountSpeakers`): the speech is cut where the voice changes, a net takes the voice print of
 * each stretch, and prints that are likely of one voice are joined. Time and memory grow in proportion to the speech,
 * memory by some 400 bytes a second.
 */
export async function analyseSpeakers({
  pcm,
  regions,
  hint,
  net,
  channelLevels,
  segmentation,
  onPiece,
}: SpeakerAnalysis): Promise<AnalysedSpeakers> {
  const sideAt = channelLevels && findSides(channelLevels, regions);
  const { stretches, overlaps } = await gatherSpeech({ pcm, regions, net, sideAt, segmentation, onPiece });
  const evidence = packEvidence(sharePrints(stretches, net.betweenVariances), net.betweenVariances);
  return { turns: recountSpeakers(evidence, hint), evidence, overlaps };
}
