import type { Stretch } from '../evidence/stretch.ts';
import { joinVoices } from './join-voices.ts';
import { centred, createLikeness, joined, secondsOf, voicesOf, type Likeness, type Voice } from './voices.ts';

/** Every pair of prints is compared whenever speakers are counted: so many take some 30 ms. */
const MOST_PRINTS = 300;

/** Neighbours are compared within chunks of this many, of which at least a quarter is left at a time. */
const CHUNK = 120;
const LEAST_LEFT = 1 / 4;

/**
 * Lets the stretches of a long recording that are most alike share their mean print, so that at most 300 prints are
 * left, whatever its length. Time grows in proportion to the number of stretches, memory is that of 120 squared.
 *
 * @param stretches each with a print of its own
 */
export function sharePrints(stretches: readonly Stretch[], betweenVariances: Float64Array): Stretch[] {
  const voices = voicesOf(stretches);
  const likeness = createLikeness(betweenVariances, secondsOf(voices));
  let sharing: readonly Voice[] = centred(voices);
  while (sharing.length > MOST_PRINTS) sharing = joinWithinChunks(sharing, likeness);
  const shared = [...stretches];
  for (const { members } of sharing) {
    if (members.length === 1) continue;
    const print = Float32Array.from(members.map((member) => voices[member]!).reduce(joined).mean);
    for (const member of members) shared[member] = { ...stretches[member]!, print };
  }
  return shared;
}

function joinWithinChunks(voices: readonly Voice[], likeness: Likeness): Voice[] {
  const share = Math.max(LEAST_LEFT, MOST_PRINTS / voices.length);
  const chunks = Math.ceil(voices.length / CHUNK);
  const size = Math.ceil(voices.length / chunks);
  return Array.from({ length: chunks }, (_, i) => {
    const chunk = voices.slice(i * size, (i + 1) * size);
    const left = Math.floor(chunk.length * share);
    const rules = { leastLikeness: Infinity, shortestSeconds: 0, atLeast: left, atMost: left };
    return joinVoices(chunk, { likeness, ...rules });
  }).flat();
}
