import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Engine } from '@icana/engine';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach } from 'vitest';

import { browserRunsHere, startBrowser, type Browser } from './browser.ts';
import { TWO_SPEAKERS } from './scripted-service.ts';
import { openAs } from './signed-in-pages.ts';
import { signIn, type SignedInPerson } from './signed-in.ts';
import { startTestService, type TestService, type TestServiceOptions } from './test-service.ts';

/** A real conversation of half a minute. */
export const CONVERSATION = path.resolve(import.meta.dirname, '../../server/sample/conversation.mp3');

export const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

/** What the engine does, until a test says something else. */
const WILLING = {
  probe: async () => ({ durationSeconds: 10 }),
  transcribe: async () => TWO_SPEAKERS,
} satisfies Pick<Engine, 'transcribe'> & { probe: unknown };

/** For a file of tests: the service with its pages, a browser, and for each test somebody who has just registered. */
export function setRecordingsStage(options: Pick<TestServiceOptions, 'slowestPace'> = {}) {
  let service: TestService;
  let browser: Browser;
  let folder: string;
  let person: SignedInPerson;
  const engine: { probe: () => Promise<{ durationSeconds: number }>; transcribe: Engine['transcribe'] } = {
    ...WILLING,
  };

  beforeAll(async () => {
    if (!browserRunsHere) return;
    folder = await mkdtemp(path.join(tmpdir(), 'icana-recordings-'));
    service = await startTestService({
      ...options,
      pages: true,
      engine: { probe: () => engine.probe(), transcribe: (...asked) => engine.transcribe(...asked) },
    });
    browser = await startBrowser();
  });
  afterAll(async () => {
    await browser?.close();
    await service?.close();
    if (folder) await rm(folder, { recursive: true });
  });
  beforeEach(async () => {
    Object.assign(engine, WILLING);
    person = await signIn(service);
  });

  return {
    engine,
    service: () => service,
    person: () => person,

    /** The page with the recordings, as the person of the test sees it. */
    async enter({ width = 1280, at = service.url }: { width?: number; at?: string } = {}) {
      const { page, offences } = await openAs({ browser, service: { url: at } }, person, '/', { width });
      await page.getByRole('button', { name: 'Choose files' }).waitFor();
      return { page, offences };
    },

    /** Lets work go on until what this answers with is called. */
    holdWork(): () => void {
      const { promise, resolve: release } = Promise.withResolvers<void>();
      engine.transcribe = async (_request, { signal, onProgress } = {}) => {
        onProgress?.(0.4);
        await Promise.race([
          promise,
          new Promise((_, reject) => signal?.addEventListener('abort', () => reject(signal.reason as Error))),
        ]);
        return TWO_SPEAKERS;
      };
      return release;
    },

    async fileOf(name: string, bytes: Buffer): Promise<string> {
      const file = path.join(folder, name);
      await writeFile(file, bytes);
      return file;
    },

    jobs: async () =>
      await service.db.selectFrom('jobs').selectAll().where('account_id', '=', person.accountId).execute(),
  };
}

export const choose = async (page: Page, ...files: string[]): Promise<void> =>
  await page.getByLabel('Recordings', { exact: true }).setInputFiles(files);

/**
 * Makes the line of a page slow enough to do something while bytes go over it.
 * @returns what changes it once more
 */
export async function slowDown(page: Page, bytesPerSecond: number) {
  const session = await page.context().newCDPSession(page);
  const set = async (uploadThroughput: number): Promise<void> => {
    const line = { offline: false, latency: 0, downloadThroughput: -1, uploadThroughput };
    await session.send('Network.emulateNetworkConditions', line);
  };
  await set(bytesPerSecond);
  return set;
}

export const listed = (page: Page, name: string) =>
  page.getByRole('region', { name: 'All recordings' }).getByRole('listitem').filter({ hasText: name });

export const onItsWay = (page: Page, name: string) =>
  page.getByRole('region', { name: 'New recordings' }).getByRole('listitem').filter({ hasText: name });

export const untilSeen = async (page: Page, name: string, text: string | RegExp): Promise<void> =>
  await listed(page, name).getByText(text).first().waitFor();
