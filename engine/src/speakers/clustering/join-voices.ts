import { joined, type Likeness, type Voice } from './voices.ts';

export interface JoiningRules {
  readonly likeness: Likeness;
  /** Two voices become one while they are at least this alike. */
  readonly leastLikeness: number;
  /** Never fewer voices than this are left. */
  readonly atLeast: number;
  /** Voices are joined, however unlike, until no more than this are left. */
  readonly atMost: number;
  /** A voice of fewer seconds joins the one most like it. */
  readonly shortestSeconds: number;
}

/**
 * Agglomerative clustering: joins the two voices most alike, again and again. Time grows with the
 * square of the number of voices, since each remembers its best partner.
 */
export function joinVoices(voices: readonly Voice[], rules: JoiningRules): Voice[] {
  const { likeness, leastLikeness, atLeast, atMost, shortestSeconds } = rules;
  const pairs = pairUp(voices, likeness);
  while (pairs.count() > Math.max(1, atLeast)) {
    const nearest = pairs.nearest();
    if (nearest.likeness >= leastLikeness || pairs.count() > atMost) {
      pairs.join(nearest);
      continue;
    }
    const shortest = pairs.shortest();
    if (shortest.seconds >= shortestSeconds) break;
    pairs.join(shortest);
  }
  return pairs.left();
}

interface Pair {
  readonly kept: number;
  readonly gone: number;
  readonly likeness: number;
}

function pairUp(voices: readonly Voice[], likeness: Likeness) {
  const size = voices.length;
  const all = [...voices];
  const alike = new Float64Array(size * size);
  const partner = new Int32Array(size).fill(-1);
  const left = [...voices.keys()];

  const weigh = (i: number, j: number) => {
    const [a, b] = [all[i]!, all[j]!];
    // The two sides of a call are never one person.
    const value = a.channel === b.channel ? likeness(a, b) : -Infinity;
    alike[i * size + j] = value;
    alike[j * size + i] = value;
  };
  const likenessOf = (i: number) => alike[i * size + partner[i]!]!;
  const findPartner = (i: number) => {
    let best = -1;
    for (const j of left) {
      if (j !== i && (best < 0 || alike[i * size + j]! > alike[i * size + best]!)) best = j;
    }
    partner[i] = best;
  };

  for (let i = 0; i < size; i++) for (let j = 0; j < i; j++) weigh(i, j);
  for (let i = 0; i < size; i++) findPartner(i);

  return {
    count: () => left.length,
    left: () => left.map((i) => all[i]!),

    nearest(): Pair {
      const kept = left.reduce((best, i) => (likenessOf(i) > likenessOf(best) ? i : best));
      return { kept, gone: partner[kept]!, likeness: likenessOf(kept) };
    },

    /** The voice with the least speech, and its best partner. */
    shortest(): Pair & { seconds: number } {
      const gone = left.reduce((best, i) => (all[i]!.seconds < all[best]!.seconds ? i : best));
      return { kept: partner[gone]!, gone, likeness: likenessOf(gone), seconds: all[gone]!.seconds };
    },

    join({ kept, gone }: Pair): void {
      all[kept] = joined(all[kept]!, all[gone]!);
      left.splice(left.indexOf(gone), 1);
      for (const other of left) if (other !== kept) weigh(kept, other);
      for (const other of left) {
        if (other === kept || partner[other] === kept || partner[other] === gone) findPartner(other);
        else if (alike[other * size + kept]! > likenessOf(other)) partner[other] = kept;
      }
    },
  };
}
