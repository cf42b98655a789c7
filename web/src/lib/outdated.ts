const RELOADED_AT = 'reloaded-at';
/** A part that is missing so soon after it was asked for anew is not coming. */
const SOON_MS = 30_000;

/** Loads the page anew when a part of it is no longer there: the service has become a newer version meanwhile. */
export function reloadWhenOutdated(): void {
  window.addEventListener('vite:preloadError', () => {
    const last = Number(window.sessionStorage.getItem(RELOADED_AT) ?? 0);
    if (Date.now() - last < SOON_MS) return;
    window.sessionStorage.setItem(RELOADED_AT, String(Date.now()));
    window.location.reload();
  });
}
