import type { SpeakerHint, SpeakerTurn } from '../types.ts';
import { findVoices, type CountBounds } from './clustering/find-voices.ts';
import { unpackEvidence, type SpeakerEvidence } from './evidence/evidence.ts';
import { turnsOf } from './turns.ts';

/** Without a bound from the caller no more voices than this are told apart. */
const MOST_SPEAKERS = 20;

/**
 * Who speaks when, by what was kept of the recording: turns that cover its speech in order without overlap, in
 * seconds, speakers counted from 0 by first appearance. The same evidence and hint always give the same turns, those
 * that the analysis of the audio gave. However long it is, that takes some 30 ms.
 */
export function recountSpeakers(evidence: SpeakerEvidence, hint: SpeakerHint): SpeakerTurn[] {
  const stretches = unpackEvidence(evidence);
  const betweenVariances = Float64Array.from(evidence.betweenVariances);
  return turnsOf(stretches, findVoices({ stretches, betweenVariances, bounds: countBounds(hint) }));
}

function countBounds({ numSpeakers, minSpeakers = 1, maxSpeakers }: SpeakerHint): CountBounds {
  if (numSpeakers !== undefined) return { min: numSpeakers, max: numSpeakers };
  return { min: minSpeakers, max: Math.max(minSpeakers, maxSpeakers ?? MOST_SPEAKERS) };
}
