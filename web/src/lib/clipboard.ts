/**
 * Puts a text where it can be pasted from. Browsers have a way of their own for it only on https and on this machine;
 * elsewhere it is selected and copied as a person would.
 *
 * @throws Error when the browser does not allow it
 */
export async function copyText(text: string): Promise<void> {
  if (navigator.clipboard as Clipboard | undefined) {
    await navigator.clipboard.writeText(text);
    return;
  }
  const field = document.createElement('textarea');
  field.value = text;
  field.style.position = 'fixed';
  field.style.opacity = '0';
  // Within what is open now: a dialog takes the focus back from everything outside of it.
  const place = document.activeElement?.closest('[role=dialog]') ?? document.body;
  place.append(field);
  try {
    field.select();
    if (!document.execCommand('copy')) throw new Error('The browser did not let the text be copied.');
  } finally {
    field.remove();
  }
}
