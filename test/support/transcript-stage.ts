import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { EditableTranscript } from '@icana/contract/app';
import { applyEdits, fromColumns, labelOf } from '@icana/contract/edits';
import type { Engine, Segment, SpeakerEvidence, Transcript } from '@icana/engine';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll } from 'vitest';

import { createApiClient } from './api-client.ts';
import { browserRunsHere, startBrowser, type Browser } from './browser.ts';
import { startScriptedService, untilEnded, type ScriptedService } from './scripted-service.ts';
import { signIn, type SignedInPerson } from './signed-in.ts';
import { openAs } from './signed-in-pages.ts';

/** A real conversation of half a minute, to be played; what is said in it is up to each test. */
const RECORDING = readFileSync(path.resolve(import.meta.dirname, '../../server/sample/conversation.mp3'));
const RECORDING_SECONDS = RECORDING.length / 4000;

const SECONDS_PER_WORD = 0.4;

/** A segment that begins at a time, with a word every 0.4 s. */
export function said(speaker: number, start: number, text: string, confidence = 0.9): Segment {
  const words = text.split(' ').map((word, index) => ({
    text: word,
    start: start + index * SECONDS_PER_WORD,
    end: start + (index + 0.9) * SECONDS_PER_WORD,
    confidence,
  }));
  return { speaker, start, end: words.at(-1)!.end, text, confidence, words };
}

const base64 = (numbers: Uint32Array | Int8Array | Uint8Array): string =>
  Buffer.from(numbers.buffer).toString('base64');

/** Voices that are told apart with ease: one for each speaker of the segments. */
function evidenceOf(segments: readonly Segment[]): SpeakerEvidence {
  const prints = segments.flatMap(({ speaker }) => [1, 2, 3].map((each) => (each === speaker ? 100 : 0)));
  const times = segments.flatMap(({ start, end }) => [Math.round(start * 1000), Math.round(end * 1000)]);
  return {
    version: 1,
    betweenVariances: [50, 50, 50],
    times: base64(Uint32Array.from(times)),
    prints: base64(Int8Array.from(prints)),
  };
}

/** What the recognition made of a recording: these segments, and what it did not believe. */
export function recognised(
  segments: readonly Segment[],
  suppressed: Transcript['suppressed'] = [],
): Transcript {
  const durationSeconds = Math.max(RECORDING_SECONDS, segments.at(-1)?.end ?? 0);
  return {
    durationSeconds,
    speakerCount: new Set(segments.map(({ speaker }) => speaker)).size,
    segments: [...segments],
    suppressed,
    speakerEvidence: evidenceOf(segments),
    levels: base64(
      Uint8Array.from({ length: Math.ceil(durationSeconds * 10) }, (_, index) => (index * 37) % 256),
    ),
  };
}

/** For a file of tests: the service with its pages, a browser, and somebody who has signed in. */
export function setTranscriptStage() {
  let scripted: ScriptedService;
  let browser: Browser;
  let person: SignedInPerson;
  let key: string;

  beforeAll(async () => {
    if (!browserRunsHere) return;
    scripted = await startScriptedService({ pages: true });
    browser = await startBrowser();
    person = await signIn(scripted.service);
    const gift = { accountId: person.accountId, amountMicroAud: 50_000_000, reason: 'for long recordings' };
    await scripted.service.credits.adjust(gift);
    ({ key } = await scripted.service.apiKeys.create(person.accountId, 'test'));
  });
  afterAll(async () => {
    await browser?.close();
    await scripted?.service.close();
  });

  /** Submits the recording; the engine makes of it what it is told to. */
  async function submit(transcribe: Engine['transcribe'], filename = 'conversation.mp3'): Promise<string> {
    scripted.script(transcribe);
    const client = createApiClient(scripted.service.url, key);
    const { body } = await client.sendForm([{ name: 'file', value: RECORDING, filename }]);
    return String(body['job_id']);
  }

  const open = async (where: string, width = 1280) =>
    await openAs({ browser, service: scripted.service }, person, where, { width });

  return {
    submit,
    service: () => scripted.service,
    person: () => person,

    /** A job that is completed with this transcript. */
    async completed(transcript: Transcript, filename?: string): Promise<string> {
      const id = await submit(async () => transcript, filename);
      await untilEnded(createApiClient(scripted.service.url, key), id);
      return id;
    },

    /** A page, the one of a job for example, in a browser of its own. */
    open,
    openJob: async (id: string, { width = 1280, query = '' } = {}) =>
      await open(`/jobs/${id}${query}`, width),

    /** What the service has of a transcript, a line for each segment. */
    async linesOf(id: string): Promise<string[]> {
      const { body } = await person.client.get(`/app/jobs/${id}/transcript`);
      const { original, overlay } = body as unknown as EditableTranscript;
      return applyEdits(fromColumns(original), overlay).map(
        ({ speaker, text }) => `${labelOf(overlay, speaker)}: ${text}`,
      );
    },
  };
}

/** Waits until the service has all that was edited. */
export const untilSaved = async (page: Page): Promise<void> =>
  await page
    .getByRole('status')
    .filter({ hasText: /^Saved$/ })
    .waitFor();

/** The rows of the text that exist at the moment. */
export const passages = (page: Page) => page.getByRole('feed').getByRole('article');
