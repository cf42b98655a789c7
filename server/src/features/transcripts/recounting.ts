import type { SpeakerEvidence, SpeakerHint, SpeakerTurn } from '@icana/engine';

import { createAskingThread } from '../../infra/threads/asking-thread.ts';

/** Who speaks when, by what was kept of a recording. */
export type Recount = (evidence: SpeakerEvidence, hint: SpeakerHint) => Promise<SpeakerTurn[]>;

/** The engine's `recountSpeakers` in a thread of its own: each time it takes some 30 ms, in which nobody else is answered. */
export const createRecounting = (): Recount =>
  createAskingThread(new URL('./recounting-thread.ts', import.meta.url));
