import { ApiError } from './api.ts';

/** The code of a page, or of a part of one, did not come. Asking for it again takes a page that is loaded anew. */
export class MissingPart extends ApiError {
  constructor() {
    super({ status: 0, code: '', message: 'This page did not arrive. Check your connection and try again.' });
  }
}

const RELOADED_AT = 'reloaded-at';
/** A part that is missing so soon after it was asked for anew is not coming. */
const SOON_MS = 30_000;

/**
 * Has the code of a page come when it is needed. Where it is gone because the service has become a newer version
 * meanwhile, all is loaded anew.
 *
 * @throws MissingPart where it does not come
 */
export const part =
  <Part>(load: () => Promise<Part>) =>
  async (): Promise<Part> => {
    try {
      return await load();
    } catch {
      const last = Number(window.sessionStorage.getItem(RELOADED_AT) ?? 0);
      const isGoing = Date.now() - last > SOON_MS && (await reloadFromService());
      // The page is about to go: until then it stays as it was.
      if (isGoing) return await new Promise(() => {});
      throw new MissingPart();
    }
  };

/** Loads the page anew, but only when the service answers: else the browser would have nothing to show. */
export async function reloadFromService(): Promise<boolean> {
  const isThere = await fetch('/', { cache: 'no-store', headers: { accept: 'text/html' } }).then(
    ({ ok }) => ok,
    () => false,
  );
  if (!isThere) return false;
  window.sessionStorage.setItem(RELOADED_AT, String(Date.now()));
  window.location.reload();
  return true;
}
