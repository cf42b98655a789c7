import type { DashboardJob } from '@icana/contract/app';

const RANKS = { uploading: 0, pending: 1, processing: 2, completed: 3, failed: 3 } as const;

/**
 * Of two pictures of a job the newer one. They come on different ways and may overtake each other; but a job never goes
 * back in its status, nor in how much of it is done.
 */
export function newestOf(one: DashboardJob, other: DashboardJob | undefined): DashboardJob {
  if (!other) return one;
  const further = RANKS[other.status] - RANKS[one.status];
  if (further !== 0) return further > 0 ? other : one;
  return (other.progress?.fraction ?? 0) >= (one.progress?.fraction ?? 0) ? other : one;
}
