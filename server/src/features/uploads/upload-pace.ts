import type { IncomingMessage } from 'node:http';

import { refusal } from '../../infra/http/api-error.ts';

/** What a sender must bring at least, on and on. Slow lines are welcome; holding a connection open is not uploading. */
export interface UploadPace {
  readonly leastBytes: number;
  readonly withinMs: number;
}

/** A telephone at the edge of coverage still brings ten times as much. */
export const SLOWEST_PACE: UploadPace = { leastBytes: 60_000, withinMs: 60_000 };

/**
 * Watches a body arrive. `tooSlow` rejects with an ApiError 400 when a whole period brought less than the pace; a
 * period in which we did not keep up with the sender does not count against it. Call `stop` when nobody waits for the
 * body any more.
 */
export function watchPace(
  body: IncomingMessage,
  pace: UploadPace,
): { tooSlow: Promise<never>; stop(): void } {
  const { promise: tooSlow, reject } = Promise.withResolvers<never>();
  let bytesBefore = body.socket.bytesRead;
  const timer = setInterval(() => {
    const bytes = body.socket.bytesRead;
    const isSlow = bytes - bytesBefore < pace.leastBytes && !body.isPaused();
    bytesBefore = bytes;
    if (isSlow && !body.complete)
      reject(refusal('upload.too_slow', { least: `${pace.leastBytes / 1000} kB` }));
  }, pace.withinMs);
  // A service that stops waits for nobody.
  timer.unref();
  return { tooSlow, stop: () => clearInterval(timer) };
}
