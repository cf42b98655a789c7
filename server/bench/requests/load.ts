import autocannon from 'autocannon';

/** Something that answers requests, and which ones to send it. */
export interface Target {
  readonly url: string;
  readonly paths: readonly string[];
  readonly headers?: Record<string, string>;
}

const CONNECTIONS = 50;
const ROUND_SECONDS = 1;

/** Requests a second in each of the rounds. */
export type Rates<Name extends string> = Readonly<Record<Name, readonly number[]>>;

/**
 * Drives the targets in turns, a second each, round after round. The first round is a warm-up that counts for nothing.
 *
 * @throws Error when an answer is anything but a 200
 */
export async function measureRates<Name extends string>(
  targets: Readonly<Record<Name, Target>>,
  { rounds }: { rounds: number },
): Promise<Rates<Name>> {
  const names = Object.keys(targets) as Name[];
  const rates = Object.fromEntries(names.map((name) => [name, []])) as unknown as Record<Name, number[]>;
  for (let round = 0; round <= rounds; round += 1) {
    for (const name of names) {
      const rate = await drive(targets[name]);
      if (round > 0) rates[name].push(rate);
    }
  }
  return rates;
}

/** The middle one of the rounds' ratios: what else the machine does, it does to both sides of a round. */
export function medianRatio(rates: readonly number[], reference: readonly number[]): number {
  return median(rates.map((rate, round) => rate / (reference[round] ?? Number.NaN)));
}

export function median(numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? Number.NaN;
}

async function drive({ url, paths, headers = {} }: Target): Promise<number> {
  const result = await autocannon({
    url,
    connections: CONNECTIONS,
    duration: ROUND_SECONDS,
    headers,
    requests: paths.map((path) => ({ path })),
  });
  const bad = result.non2xx + result.errors;
  if (bad > 0) throw new Error(`${bad} of the requests to ${url}${paths[0]} failed.`);
  return result['2xx'] / result.duration;
}
