import { createAskingThread } from '../../infra/threads/asking-thread.ts';
import type { DocumentText } from './document-text.ts';

/** The bytes of a Word document. */
export type WriteDocument = (text: DocumentText) => Promise<Uint8Array>;

/** `writeDocument` in a thread of its own: three hours of speech take it half a second, many short turns seconds. */
export const createDocuments = (): WriteDocument =>
  createAskingThread(new URL('./document-thread.ts', import.meta.url));
