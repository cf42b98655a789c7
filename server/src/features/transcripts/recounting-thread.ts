/** The other end of `recounting.ts`: answers one question after another, in their order. */
import { parentPort } from 'node:worker_threads';
import { recountSpeakers } from '@icana/engine';

import type { Recount } from './recounting.ts';

parentPort?.on('message', (asked: Parameters<Recount>) => {
  parentPort?.postMessage(recountSpeakers(...asked));
});
