/** A source that gives nothing for this long is given up, whether it stalls in the name, the connection or the body. */
const STALL_MS = 20_000;

export interface StallWatch {
  /** Fires when nothing arrived in time, and when the signal behind it fires. */
  readonly signal: AbortSignal;
  /** Something arrived: the time starts again. */
  touch(): void;
  /** The work's result, or a rejection as soon as the signal fires, even if the work does not heed it yet. */
  orFail<T>(work: Promise<T>): Promise<T>;
  stop(): void;
}

export function watchForStall(outer: AbortSignal): StallWatch {
  const stalled = new AbortController();
  const timer = setTimeout(() => {
    stalled.abort(
      Object.assign(new Error(`nothing arrived for ${STALL_MS / 1000} s`), { code: 'ETIMEDOUT' }),
    );
  }, STALL_MS);
  const signal = AbortSignal.any([outer, stalled.signal]);
  return {
    signal,
    touch: () => void timer.refresh(),
    orFail: (work) => Promise.race([work, rejectionOf(signal)]),
    stop: () => clearTimeout(timer),
  };
}

function rejectionOf(signal: AbortSignal): Promise<never> {
  const { promise, reject } = Promise.withResolvers<never>();
  const fail = () => reject(signal.reason);
  if (signal.aborted) fail();
  else signal.addEventListener('abort', fail, { once: true });
  return promise;
}
