import { clusterCount } from '../clustering/labels.ts';
import type { Piece } from '../features/pieces.ts';
import type { Random } from '../random.ts';
import type { Table } from '../table.ts';
import { fitMixture, logDensity, type Mixture } from './gaussian-mixture.ts';
import { viterbi } from './viterbi.ts';

const PASSES = 3;
const SWITCH_PENALTY = 50;

/** A speaker's mixture has a component for every 1.5 s of speech, at most four. */
const MOST_COMPONENTS = 4;
const FRAMES_PER_COMPONENT = 150;

/** With less than 0.3 s of speech a speaker cannot be modelled and is dropped. */
const FEWEST_FRAMES = 30;

/** Log-density of speakers without a model: low enough never to win. */
const NEVER = -1e4;

/**
 * Moves the borders between speakers to the frame: models each speaker's frames by a mixture, finds the likeliest
 * sequence of speakers in every piece, and again from there. Frames labelled -1 are given a speaker too.
 * Changes `labels` in place.
 */
export function resegment(options: {
  cepstra: Table;
  pieces: readonly Piece[];
  labels: Int32Array;
  random: Random;
}): void {
  const { cepstra, pieces, labels, random } = options;
  const speakers = clusterCount(labels);
  if (speakers < 2) {
    labels.fill(0);
    return;
  }
  for (let pass = 0; pass < PASSES; pass++) {
    const mixtures = fitSpeakers({ cepstra, labels, speakers, random });
    for (const { firstRow, frameCount } of pieces) {
      const scores = scoreFrames(cepstra, mixtures, { firstRow, frameCount });
      viterbi({ scores, speakers, penalty: SWITCH_PENALTY, labels, from: firstRow });
    }
  }
}

function fitSpeakers(options: {
  cepstra: Table;
  labels: Int32Array;
  speakers: number;
  random: Random;
}): (Mixture | undefined)[] {
  const { cepstra, labels, speakers, random } = options;
  return Array.from({ length: speakers }, (_, speaker) => {
    const rows = rowsOf(labels, speaker);
    if (rows.length < FEWEST_FRAMES) return undefined;
    const components = Math.max(1, Math.min(MOST_COMPONENTS, Math.floor(rows.length / FRAMES_PER_COMPONENT)));
    return fitMixture({ frames: cepstra, rows, components, random });
  });
}

function rowsOf(labels: Int32Array, speaker: number): Int32Array {
  let count = 0;
  for (const label of labels) if (label === speaker) count++;
  const rows = new Int32Array(count);
  let at = 0;
  for (let row = 0; row < labels.length; row++) if (labels[row] === speaker) rows[at++] = row;
  return rows;
}

function scoreFrames(
  cepstra: Table,
  mixtures: readonly (Mixture | undefined)[],
  { firstRow, frameCount }: { firstRow: number; frameCount: number },
): Float64Array {
  const speakers = mixtures.length;
  const scores = new Float64Array(frameCount * speakers).fill(NEVER);
  const scratch = new Float64Array(MOST_COMPONENTS);
  mixtures.forEach((mixture, speaker) => {
    if (!mixture) return;
    for (let t = 0; t < frameCount; t++) {
      scores[t * speakers + speaker] = logDensity(
        mixture,
        cepstra.data,
        (firstRow + t) * cepstra.width,
        scratch,
      );
    }
  });
  return scores;
}
