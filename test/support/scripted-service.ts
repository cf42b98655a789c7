import { setTimeout as delay } from 'node:timers/promises';
import type { Engine, Transcript } from '@icana/engine';
import { pino } from 'pino';

import { createApiClient, type ApiClient } from './api-client.ts';
import { startTestService, type TestService, type TestServiceOptions } from './test-service.ts';
import { openFoundations } from '../../server/src/compose/foundations.ts';
import { composeServices, type Services } from '../../server/src/compose/services.ts';

const words = (text: string, start: number) =>
  text
    .split(' ')
    .map((word, index) => ({ text: word, start: start + index, end: start + index + 1, confidence: 0.9 }));

export const TWO_SPEAKERS: Transcript = {
  durationSeconds: 10.4351,
  speakerCount: 2,
  segments: [
    {
      speaker: 1,
      start: 0,
      end: 2,
      text: 'Good morning.',
      confidence: 0.9,
      words: words('Good morning.', 0),
    },
    { speaker: 2, start: 3, end: 4, text: 'Hello.', confidence: 0.8, words: words('Hello.', 3) },
  ],
  suppressed: [],
};

const findTwoSpeakers: Engine['transcribe'] = async () => TWO_SPEAKERS;

export type ScriptedService = Awaited<ReturnType<typeof startScriptedService>>;

/** The service with an engine that does what the test has said last: at first it finds two speakers. */
export async function startScriptedService(options: TestServiceOptions = {}) {
  let transcribe = findTwoSpeakers;
  const service = await startTestService({
    ...options,
    engine: { transcribe: (...asked) => transcribe(...asked) },
  });

  async function newClient() {
    const customer = await service.newCustomer();
    return { ...customer, client: createApiClient(service.url, customer.key) };
  }

  return {
    service,
    newClient,

    /** From now on the engine does this. */
    script(next: Engine['transcribe']): void {
      transcribe = next;
    },

    /** A job of a new customer, completed. */
    async completedJob() {
      transcribe = findTwoSpeakers;
      const { client, ...customer } = await newClient();
      const id = String((await client.submit()).body['job_id']);
      await untilEnded(client, id);
      return { client, ...customer, id };
    },

    /** A job of a new customer whose work goes on until it is released or stopped; `stopped` says why it was. */
    async runningJob() {
      const { promise: gate, resolve: release } = Promise.withResolvers<void>();
      const stopped = Promise.withResolvers<Error>();
      const begun = Promise.withResolvers<(fraction: number) => void>();
      transcribe = async (_request, { signal, onProgress = () => undefined } = {}) => {
        begun.resolve(onProgress);
        const aborted = new Promise<never>((_, reject) => {
          signal?.addEventListener('abort', () => {
            stopped.resolve(signal.reason as Error);
            reject(signal.reason as Error);
          });
        });
        await Promise.race([gate, aborted]);
        return TWO_SPEAKERS;
      };
      const { client, ...customer } = await newClient();
      const id = String((await client.submit()).body['job_id']);
      return { client, ...customer, id, release, begun: begun.promise, stopped: stopped.promise };
    },
  };
}

/** Asks until the job has ended. */
export async function untilEnded(client: ApiClient, id: unknown, query = '') {
  for (;;) {
    const { body } = await client.get(`/api/v1/jobs/${String(id)}${query}`);
    if (body['status'] === 'completed' || body['status'] === 'failed') return body;
    await delay(20);
  }
}

/** Does something with the services of another process of the same deployment. */
export async function onAnotherServer<Result>(
  { settings }: TestService,
  use: (services: Services) => Promise<Result>,
): Promise<Result> {
  const foundations = await openFoundations(settings, { as: 'guest', log: pino({ level: 'silent' }) });
  const services = composeServices(foundations, settings);
  await foundations.queue.start();
  try {
    return await use(services);
  } finally {
    await services.jobWatch.close();
    await foundations.queue.stop();
    await foundations.close();
  }
}
