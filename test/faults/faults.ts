/**
 * Kills parts of running deployments at random moments and looks at what came of it: `npm run faults -- --kills 50
 * --seed 1`. The same seed deals the same blows after the same pauses.
 */
import { parseArgs } from 'node:util';

import { seededRandom } from '../../engine/src/speakers/random.ts';
import { chooseBlows } from './blows.ts';
import type { DeploymentKind } from './deployment.ts';
import { runFaults, type FaultReport } from './fault-run.ts';

const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '50' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    only: { type: 'string' },
  },
});
const kills = Number(values.kills);
const seed = Number(values.seed);
const say = (line: string) => console.log(line);

/** Three of five blows hit a service that is alone, the others one of two. */
const shares: Record<DeploymentKind, number> = {
  alone: Math.ceil(kills * 0.6),
  pair: Math.floor(kills * 0.4),
};

async function run(kind: DeploymentKind): Promise<FaultReport> {
  const count = values.only ? kills : shares[kind];
  say(`\n${kind}: ${count} blows, seed ${seed}`);
  const blows = chooseBlows(seededRandom(seed), count);
  const report = await runFaults({ kind, blows, seed, long: true, say });
  const { problems, ...figures } = report;
  console.table(figures);
  for (const problem of problems) say(`WRONG: ${problem}`);
  return report;
}

const kinds = (['alone', 'pair'] as const).filter((kind) => !values.only || values.only === kind);
let wrong = 0;
for (const kind of kinds) wrong += (await run(kind)).problems.length;
say(wrong === 0 ? 'Nothing was lost.' : `${wrong} things are wrong.`);
process.exitCode = wrong === 0 ? 0 : 1;
