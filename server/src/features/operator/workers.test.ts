import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { signIn, type SignedInPerson } from '../../../../test/support/signed-in.ts';
import { startTestService, type TestService } from '../../../../test/support/test-service.ts';
import { newId } from '../../lib/ids.ts';

let service: TestService;
let operator: SignedInPerson;
beforeAll(async () => {
  service = await startTestService({ working: false });
  operator = await signIn(service, { isOperator: true });
});
afterAll(() => service.close());

const shown = async () =>
  (await operator.client.get('/app/operator/workers')).body['workers'] as {
    id: string;
    isGone: boolean;
    isThis: boolean;
  }[];
const silence = async (id: string, interval: string) =>
  await sql`update workers set seen_at = now() - ${interval}::interval where id = ${id}`.execute(service.db);

test('every process of the deployment is there, as what it is', async () => {
  await expect.poll(shown).toMatchObject([
    {
      id: service.workers.self.id,
      processId: process.pid,
      version: '0.0.0',
      role: 'all',
      engineProcesses: service.settings.engineProcesses,
      engineProcessesAlive: 0,
      models: [],
      modelFetch: null,
      isGone: false,
      isThis: true,
    },
  ]);
  const other = await startTestService({ working: false, beside: service });
  await expect.poll(async () => (await shown()).filter(({ isThis }) => !isThis)).toHaveLength(1);
  await other.close();
  expect(await shown(), 'who stops takes his leave').toHaveLength(1);
});

/** What is left of a process that has died: it says nothing more. */
async function leaveBehind(id: string): Promise<void> {
  await sql`
    insert into workers (id, host_name, process_id, version, role, engine_processes, engine_processes_alive, models,
                         started_at, seen_at)
    values (${id}, 'elsewhere', 1, '0.0.0', 'all', 1, 1, '[]', now(), now())`.execute(service.db);
}

test('a process that is silent for a minute is gone, and after a day forgotten', async () => {
  const id = newId();
  await leaveBehind(id);
  const its = async () => (await shown()).find((worker) => worker.id === id)?.isGone;
  expect(await its()).toBe(false);
  await silence(id, '59 seconds');
  expect(await its()).toBe(false);
  await silence(id, '61 seconds');
  expect(await its()).toBe(true);
  await silence(id, '25 hours');
  await expect.poll(its, { timeout: 15_000 }).toBeUndefined();
});
