import type { UnsavedEdits } from './edit-state.ts';

/**
 * Edits that could not be kept before the page went: the session had ended, or the page was loaded again. They wait in
 * this tab of the browser, and nowhere else.
 */
const nameOf = (jobId: string): string => `icana.unsaved.${jobId}`;

export function rememberUnsaved(jobId: string, edits: UnsavedEdits): void {
  try {
    sessionStorage.setItem(nameOf(jobId), JSON.stringify(edits));
  } catch {
    // No room for them, or none at all in this browser: the person was warned before leaving.
  }
}

export function forgetUnsaved(jobId: string): void {
  sessionStorage.removeItem(nameOf(jobId));
}

export function unsavedEditsOf(jobId: string): UnsavedEdits | null {
  const remembered = sessionStorage.getItem(nameOf(jobId));
  // Only this page writes under the name.
  return remembered === null ? null : (JSON.parse(remembered) as UnsavedEdits);
}
