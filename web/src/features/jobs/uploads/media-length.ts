const PATIENCE_MS = 10_000;

/**
 * How long a recording is, as the browser reads it: at once, and mostly right to a second.
 * @returns seconds; null where the browser cannot read the file, or would have to read all of it
 */
export async function mediaSeconds(file: File): Promise<number | null> {
  // Reads what has a picture and what has none.
  const element = document.createElement('video');
  const url = URL.createObjectURL(file);
  const read = new Promise<number | null>((resolve) => {
    element.addEventListener('loadedmetadata', () => resolve(element.duration));
    element.addEventListener('error', () => resolve(null));
    setTimeout(() => resolve(null), PATIENCE_MS);
  });
  element.preload = 'metadata';
  element.src = url;
  const seconds = await read;
  element.removeAttribute('src');
  URL.revokeObjectURL(url);
  return seconds !== null && Number.isFinite(seconds) ? seconds : null;
}
