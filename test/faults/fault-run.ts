import { setTimeout as delay } from 'node:timers/promises';

import { seededRandom } from '../../engine/src/speakers/random.ts';
import { checkDatabase, checkLedger, checkRemains, countHandles } from './aftermath.ts';
import { deal, type Blow } from './blows.ts';
import { deploy, type Deployment, type DeploymentKind } from './deployment.ts';
import { createJournal, type Customer, type Journal } from './journal.ts';
import { seeItEnd, startLoad, type LoadOptions } from './load.ts';
import { isShared, makeRecordings, type Recording } from './recordings.ts';
import { upload } from './upload.ts';

/** What the contract allows between the natural end of a job and its end. */
const LATEST_MS = 60_000;
/** Uploads whose server died are ended within this time, and what they left is removed. */
const UPLOADS_ENDED_MS = 60_000;
/** No more is submitted while this much audio waits: the longest recording, and short ones that overtake it. */
const MOST_BACKLOG_SECONDS = 300;
/** More than a service at rest opens and closes from one moment to the next: pools, one engine process. */
const HANDLES_SPREAD = 30;

export interface FaultRunOptions {
  readonly kind: DeploymentKind;
  readonly blows: readonly Blow[];
  /** Of the moments, of whom the blows hit, and of what the customers do. */
  readonly seed: number;
  /** More customers, and recordings of every length, as against short ones behind one long one. */
  readonly long: boolean;
  readonly say: (line: string) => void;
}

export interface FaultReport {
  readonly kills: number;
  readonly restarts: number;
  /** Blows dealt while a recording that is shared in chunks was under way. */
  readonly amidChunks: number;
  readonly submissions: number;
  readonly jobs: number;
  readonly completed: number;
  readonly deleted: number;
  readonly uncertain: number;
  readonly speed: number;
  readonly slowestRecoverySeconds: number;
  /** How long after its natural end the latest job ended. */
  readonly latestSeconds: number;
  readonly handles: string;
  readonly problems: readonly string[];
}

/**
 * Puts up a deployment, strikes at a running load, and tells what came of it. Leaves nothing behind, but for the
 * deployment's folder with its logs when something was wrong.
 */
export async function runFaults(options: FaultRunOptions): Promise<FaultReport> {
  const deployment = await deploy(options.kind);
  let wrong = true;
  try {
    const report = await strike(deployment, options);
    wrong = report.problems.length > 0;
    return report;
  } finally {
    await deployment.stop();
    if (wrong) options.say(`What it left, with its logs, lies in ${deployment.folder}.`);
    else await deployment.remove();
  }
}

async function strike(deployment: Deployment, options: FaultRunOptions): Promise<FaultReport> {
  const { blows, seed, long, say } = options;
  const customers = await openAccounts(deployment, { count: long ? 3 : 1, rich: long });
  const { quarter, half, whole, triple, tenfold } = await makeRecordings();
  const recordings = [quarter, half, whole, triple, tenfold];
  const { expected, speed } = await rehearse(deployment, customers[0]!, recordings);
  say(`undisturbed: ${speed.toFixed(1)} s of audio a second`);
  const handlesBefore = await handlesAtRest(deployment);

  const journal = createJournal({ speed });
  const load: LoadOptions = {
    deployment,
    journal,
    customers,
    recordings: long ? recordings : [quarter, half, whole],
    opening: tenfold,
    expected,
    // A stream of its own: how much chance the load uses up depends on the machine, and the blows must not.
    random: seededRandom(seed + 1),
    mostBacklogSeconds: MOST_BACKLOG_SECONDS,
  };
  const running = startLoad(load);
  const recoveries: number[] = [];
  let restarts = 0;
  let amidChunks = 0;
  const random = seededRandom(seed);
  for (const [index, blow] of blows.entries()) {
    await delay(300 + random() * (long ? 7_000 : 3_000));
    const waiting = journal.outstanding();
    const shared = waiting.filter(({ recording }) => isShared(recording)).length;
    const began = Date.now();
    await deal(blow, { deployment, random }).catch((error: Error) =>
      journal.complain(`${blow}: ${error.message}`),
    );
    journal.putOff();
    recoveries.push((Date.now() - began) / 1000);
    if (RESTARTING.has(blow)) restarts++;
    if (shared > 0) amidChunks++;
    say(
      `${index + 1}. ${blow}, ${waiting.length} jobs under way, ${shared} in chunks: in order again after ${recoveries.at(-1)!.toFixed(1)} s`,
    );
  }
  await running.stop();
  await seeItEnd(load, { patienceMs: LATEST_MS });
  for (const each of journal.outstanding()) journal.complain(`${each.filename} did not end in time`);
  const handlesAfter = await handlesAtRest(deployment);
  if (handlesAfter > handlesBefore + HANDLES_SPREAD)
    journal.complain(`${handlesAfter} open files, once ${handlesBefore}`);
  const problems = [...journal.problems, ...(await aftermath(deployment, journal))];
  return {
    kills: blows.length,
    restarts,
    amidChunks,
    problems,
    speed,
    ...figuresOf(journal),
    slowestRecoverySeconds: Math.max(...recoveries),
    handles: `${handlesBefore} before, ${handlesAfter} after`,
  };
}

const RESTARTING = new Set<Blow>([
  'kill the service',
  'kill the service and the database',
  'stop the service with SIGTERM',
]);

async function openAccounts(
  deployment: Deployment,
  { count, rich }: { count: number; rich: boolean },
): Promise<Customer[]> {
  const open = async (index: number) => {
    const email = `customer-${index}@example.org`;
    await deployment.admin('account', 'create', email);
    if (rich) await deployment.admin('credit', email, '100', '--reason', 'for the faults');
    const { key } = await deployment.admin('key', 'create', email, 'faults');
    return { name: email, key: String(key) };
  };
  const accounts = await Promise.all(Array.from({ length: count }, (_, index) => open(index)));
  // Two customers share each account's key.
  return [...accounts, ...accounts];
}

/** Transcribes every recording undisturbed: the texts to expect, and how much audio is done in a second. */
async function rehearse(deployment: Deployment, { key }: Customer, recordings: readonly Recording[]) {
  const expected = new Map<string, string>();
  const client = deployment.client(key);
  const transcribe = async ({ name, bytes }: Recording) => {
    const { url } = deployment.nodes[0]!.service!;
    const sending = { url, key, filename: `${name}.mp3`, bytes, idempotencyKey: null, takesMs: 0, cutAt: 1 };
    const id = String((await upload(sending)).body['job_id']);
    for (;;) {
      const { status, diarization } = (await client.get(`/api/v1/jobs/${id}`)).body;
      if (status === 'completed') return void expected.set(name, String(diarization));
      if (status === 'failed') throw new Error(`${name} failed undisturbed`);
      await delay(100);
    }
  };
  const began = Date.now();
  await Promise.all(recordings.map(transcribe));
  const seconds = recordings.reduce((sum, recording) => sum + recording.seconds, 0);
  return { expected, speed: seconds / ((Date.now() - began) / 1000) };
}

async function handlesAtRest({ nodes }: Deployment): Promise<number> {
  const counts = await Promise.all(nodes.map(({ service }) => countHandles(service!.process.pid!)));
  return Math.max(...counts);
}

async function aftermath(deployment: Deployment, { submissions }: Journal): Promise<string[]> {
  const deadline = Date.now() + UPLOADS_ENDED_MS;
  let problems: string[];
  do {
    await delay(1_000);
    problems = await checkDatabase(deployment, submissions);
  } while (problems.length > 0 && Date.now() < deadline);
  const ledger = await checkLedger(deployment);
  return [...problems, ...ledger, ...(await deployment.stop()), ...(await checkRemains(deployment))];
}

function figuresOf({ submissions }: Journal) {
  const ended = submissions.filter((each) => each.outcome === 'acknowledged');
  const withStatus = (status: string) => ended.filter((each) => each.status === status).length;
  const lateMs = ended.filter((each) => !each.deleteAsked).map((each) => each.lateMs ?? Infinity);
  return {
    submissions: submissions.length,
    jobs: ended.length,
    completed: withStatus('completed'),
    deleted: ended.filter((each) => each.deleteAsked).length,
    uncertain: submissions.filter((each) => each.outcome === 'uncertain').length,
    latestSeconds: Math.max(0, ...lateMs) / 1000,
  };
}
