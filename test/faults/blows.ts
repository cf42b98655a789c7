import { setTimeout as delay } from 'node:timers/promises';

import type { Random } from '../../engine/src/speakers/random.ts';
import type { Deployment, Node } from './deployment.ts';

/** What is done to a running deployment, and how often it is chosen when chance chooses. */
const WEIGHTS = {
  'kill the service': 8,
  'kill an engine process': 5,
  'kill the database': 3,
  'kill the service and the database': 2,
  'stop the service with SIGTERM': 2,
  'hold up the service for longer than a lease': 1,
} as const;

export type Blow = keyof typeof WEIGHTS;

/** Leases run out after 10 s and are looked at every 5. */
const STALL_MS = 17_000;
/** How long the last processes of a killed database may go on answering. */
const NOTICE_MS = 500;
/** Requests under way get 5 s and recordings another 5; the rest is for a busy machine. */
const STOP_MS = 30_000;
/** The longest that a service may take to be ready again. */
const READY_MS = 30_000;

/** Chooses `count` blows, no kind left out where there is room; the last fifth hits engines and database only. */
export function chooseBlows(random: Random, count: number): Blow[] {
  const kinds = Object.keys(WEIGHTS) as Blow[];
  const urn = kinds.flatMap((kind) => Array.from({ length: WEIGHTS[kind] }, () => kind));
  const lasting = urn.filter((kind) => kind === 'kill an engine process' || kind === 'kill the database');
  const draw = (from: readonly Blow[]) => from[Math.floor(random() * from.length)]!;
  // So that one service lives through many of them, and what it leaks adds up.
  const quietEnd = Math.floor(count / 5);
  return Array.from({ length: count }, (_, index) => {
    if (index >= count - quietEnd) return draw(lasting);
    return kinds[index] ?? draw(urn);
  });
}

async function untilReady({ service }: Node): Promise<void> {
  const deadline = Date.now() + READY_MS;
  while (Date.now() < deadline) {
    const answer = await service?.client.get('/health/ready').catch(() => undefined);
    if (answer?.status === 200) return;
    await delay(100);
  }
  throw new Error(`the service was not ready within ${READY_MS / 1000} s`);
}

/** Kills a process that may have gone by itself in this moment. */
function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** Deals the blow and waits until what it hit is in order again. */
export async function deal(blow: Blow, { deployment, random }: { deployment: Deployment; random: Random }) {
  const pick = <Item>(items: readonly Item[]): Item | undefined => items[Math.floor(random() * items.length)];
  const node = pick(deployment.nodes)!;
  const service = node.service!;

  async function killService(): Promise<void> {
    node.drop();
    await service.kill();
  }
  const hit: Record<Blow, () => Promise<void>> = {
    async 'kill the service'() {
      await killService();
      await node.start();
    },
    async 'kill an engine process'() {
      const pid = pick(await service.enginePids());
      if (pid !== undefined) kill(pid);
    },
    async 'kill the database'() {
      kill(await deployment.postmasterPid());
      await delay(NOTICE_MS);
    },
    async 'kill the service and the database'() {
      kill(await deployment.postmasterPid());
      await killService();
      await node.start();
    },
    async 'stop the service with SIGTERM'() {
      node.drop();
      const began = Date.now();
      service.process.kill('SIGTERM');
      const code = await service.exited;
      if (code !== 0) throw new Error(`SIGTERM ended the service with code ${code}`);
      if (Date.now() - began > STOP_MS)
        throw new Error(`it took the service ${Date.now() - began} ms to stop`);
      await node.start();
    },
    async 'hold up the service for longer than a lease'() {
      service.process.kill('SIGSTOP');
      await delay(STALL_MS);
      service.process.kill('SIGCONT');
    },
  };
  await hit[blow]();
  await Promise.all(deployment.nodes.map(untilReady));
}
