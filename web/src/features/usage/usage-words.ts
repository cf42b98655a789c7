const MS_PER_MINUTE = 60_000;

export const minutesOf = (audioMs: number): number => audioMs / MS_PER_MINUTE;

/** Minutes of audio: `0`, `3.4`, `1,204.5`. */
export const formatMinutes = (audioMs: number): string =>
  minutesOf(audioMs).toLocaleString('en-AU', { maximumFractionDigits: 1 });

export const formatCount = (count: number): string => count.toLocaleString('en-AU');

// A day of the account is a date on a wall, wherever whoever looks at it is.
const DAY = new Intl.DateTimeFormat('en-AU', {
  weekday: 'short',
  day: 'numeric',
  month: 'short',
  timeZone: 'UTC',
});

/** A day by its date: `Mon 23 Nov`. */
export const formatDate = (date: string): string => DAY.format(new Date(date)).replace(',', '');

/** How long something took: `12 seconds`, `4 min 10 s`, `1 h 5 min`. */
export function formatSpan(ms: number): string {
  const seconds = Math.round(ms / 1000);
  if (seconds < 60) return `${seconds} ${seconds === 1 ? 'second' : 'seconds'}`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
  return `${Math.floor(seconds / 3600)} h ${Math.floor((seconds % 3600) / 60)} min`;
}
