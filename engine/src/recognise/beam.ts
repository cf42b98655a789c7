import type { Decoding, DecoderMemory, NextToken } from './decoder.ts';
import type { DecodedToken, DecodedSequence } from './greedy.ts';
import { likeliestTokens } from './likeliest.ts';
import { BEGIN_TOKEN, bytesOfToken, END_TOKEN } from './vocabulary.ts';

/** How many sequences are followed side by side. */
const WIDTH = 3;
/** Of the ways on from a sequence, some end it and some say what another says. */
const WAYS_ON = WIDTH + 3;

/** Signs that cannot be heard. */
const UNHEARD = /[.,;:?!"]/g;

interface Sequence {
  readonly tokens: readonly DecodedToken[];
  /** The logarithm of its probability. */
  readonly score: number;
  /** What it says, without what cannot be heard. */
  readonly said: string;
}

interface WayOn {
  readonly from: number;
  readonly token: number;
  readonly probability: number;
  readonly score: number;
}

export interface BeamDecoding extends DecodedSequence {
  /** What the decoder remembers of the tokens. */
  readonly memory: DecoderMemory;
}

/**
 * The likeliest sequence of tokens that a beam search finds: the {@link WIDTH} likeliest are followed side by side, until
 * one that has ended is likelier than all that go on. Those of different length are compared by the mean over their
 * tokens: as wholes, the shorter would always win. Of several that differ in punctuation and capitals alone the
 * likeliest is followed, so that the others have something else to say.
 *
 * @param most tokens
 */
export async function decodeByBeam(decoding: Decoding, { most }: { most: number }): Promise<BeamDecoding> {
  let live: Sequence[] = [{ tokens: [], score: 0, said: '' }];
  let next: readonly NextToken[] = [await decoding.append(BEGIN_TOKEN)];
  let best: (BeamDecoding & { perToken: number }) | undefined;
  for (let length = 0; length < most; length++) {
    const { goingOn, ending } = choose(live, next);
    const perToken = ({ score }: WayOn) => score / (length + 1);
    if (ending && perToken(ending) > (best?.perToken ?? -Infinity)) {
      const { tokens } = live[ending.from]!;
      best = { tokens, ended: true, memory: decoding.memory(ending.from), perToken: perToken(ending) };
    }
    if (best && perToken(goingOn[0]!) <= best.perToken) return best;
    live = goingOn.map((way) => goOn(live[way.from]!, way, next[way.from]!));
    next = await decoding.branch(goingOn);
  }
  return { tokens: live[0]!.tokens, ended: false, memory: decoding.memory(0) };
}

/** The likeliest ways on, and the likeliest end if it is as likely as they are. */
function choose(live: readonly Sequence[], next: readonly NextToken[]) {
  const goingOn: WayOn[] = [];
  const said = new Set<string>();
  let ending: WayOn | undefined;
  for (const way of waysOn(live, next)) {
    if (goingOn.length === WIDTH) break;
    if (way.token === END_TOKEN) {
      ending ??= way;
      continue;
    }
    const says = live[way.from]!.said + heardOf(way.token);
    if (said.has(says)) continue;
    said.add(says);
    goingOn.push(way);
  }
  return { goingOn, ending };
}

/** All ways on that may be chosen, the likeliest first. */
function waysOn(live: readonly Sequence[], next: readonly NextToken[]): WayOn[] {
  const ways = live.flatMap(({ score }, from) =>
    likeliestTokens(next[from]!.logits, WAYS_ON).map(({ token, probability }) => ({
      from,
      token,
      probability,
      score: score + Math.log(probability),
    })),
  );
  return ways.toSorted((one, other) => other.score - one.score);
}

function goOn(
  { tokens, said }: Sequence,
  { token: id, probability, score }: WayOn,
  { attention }: NextToken,
): Sequence {
  return { tokens: [...tokens, { id, probability, attention }], score, said: said + heardOf(id) };
}

function heardOf(token: number): string {
  return Buffer.from(bytesOfToken(token)).toString('latin1').toLowerCase().replace(UNHEARD, '');
}
