export const MICRO_AUD_PER_AUD = 1_000_000;

/**
 * Money as people read it, with no micro-AUD rounded away: `$1.44`, `$0.0053`, `−$0.05`.
 *
 * @param microAud an integer of 1e-6 AUD
 */
export function formatMoney(microAud: number): string {
  const digits = Math.abs(microAud).toString().padStart(7, '0');
  const cents = digits.slice(-6).replace(/0{1,4}$/, '');
  const aud = Number(digits.slice(0, -6)).toLocaleString('en-AU');
  return `${microAud < 0 ? '−' : ''}$${aud}.${cents}`;
}

/** Money where a cent more or less does not matter: `$1.44`. */
export const formatRoughMoney = (microAud: number): string =>
  `$${(microAud / MICRO_AUD_PER_AUD).toLocaleString('en-AU', { minimumFractionDigits: 2, maximumFractionDigits: 2 })}`;

const two = (part: number): string => String(part).padStart(2, '0');

/** A length or a place in a recording: `0:07`, `12:30`, `1:02:03`. */
export function formatDuration(seconds: number): string {
  const whole = Math.floor(seconds);
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor((whole % 3600) / 60), whole % 60];
  return hours > 0 ? `${hours}:${two(minutes)}:${two(rest)}` : `${minutes}:${two(rest)}`;
}

/** How long something will take, in words: `a few seconds`, `40 seconds`, `3 minutes`, `2 hours`. */
export function formatWait(seconds: number): string {
  if (seconds < 10) return 'a few seconds';
  if (seconds < 90) return `${Math.ceil(seconds / 10) * 10} seconds`;
  if (seconds < 90 * 60) return `${Math.ceil(seconds / 60)} minutes`;
  return `${Math.ceil(seconds / 3600)} hours`;
}

const DAY_AND_TIME = new Intl.DateTimeFormat('en-AU', { dateStyle: 'medium', timeStyle: 'short' });
const DAY = new Intl.DateTimeFormat('en-AU', { dateStyle: 'medium' });

/** A moment, in the zone of whoever looks: `23 Nov 2026, 2:05 pm`. */
export const formatTime = (iso: string): string => DAY_AND_TIME.format(new Date(iso));

/** The day of a moment: `23 Nov 2026`. */
export const formatDay = (iso: string): string => DAY.format(new Date(iso));

/** A size of a file or a disk: `512 kB`, `1.4 MB`, `270.6 GB`. */
export function formatBytes(bytes: number): string {
  if (bytes < 1000) return `${bytes} bytes`;
  if (bytes < 1_000_000) return `${Math.round(bytes / 1000)} kB`;
  if (bytes < 1_000_000_000) return `${(bytes / 1_000_000).toFixed(1)} MB`;
  return `${(bytes / 1_000_000_000).toFixed(1)} GB`;
}
