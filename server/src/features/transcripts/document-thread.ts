/** The other end of `documents.ts`: answers one question after another, in their order. */
import { parentPort } from 'node:worker_threads';

import { writeDocument } from './document.ts';
import type { DocumentText } from './document-text.ts';

parentPort?.on('message', ([text]: [DocumentText]) => {
  // What cannot be written ends the thread, and who asked is told why.
  void writeDocument(text).then((bytes) => parentPort?.postMessage(bytes));
});
