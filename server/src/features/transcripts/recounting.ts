import type { SpeakerEvidence, SpeakerHint, SpeakerTurn } from '@icana/engine';

import { createAskingThread } from '../../infra/threads/asking-thread.ts';

/** Who speaks when, by what was kept of a recording. */
export type Recount = (evidence: SpeakerEvidence, hint: SpeakerHint) => Promise<SpeakerTurn[]>;

/** The engine's `recountSpeakers` in a thread of its own: an hour of speech takes it some 300 ms. */
export const createRecounting = (): Recount =>
  createAskingThread(new URL('./recounting-thread.ts', import.meta.url));
