/** Parts the service cannot do without, each with a check that rejects while it is out of order. */
export type ReadinessChecks = Readonly<Record<string, () => Promise<unknown>>>;

const CHECK_TIMEOUT_MS = 2000;

interface FailingPart {
  readonly part: string;
  readonly reason: unknown;
}

/** Asks all parts at once; answers with those that are out of order. */
export async function failingParts(checks: ReadinessChecks): Promise<FailingPart[]> {
  const parts = Object.keys(checks);
  const outcomes = await Promise.allSettled(Object.values(checks).map((check) => inTime(check())));
  return outcomes.flatMap((outcome, index) =>
    // As many outcomes as parts.
    outcome.status === 'rejected' ? [{ part: parts[index]!, reason: outcome.reason as unknown }] : [],
  );
}

async function inTime(check: Promise<unknown>): Promise<void> {
  const { promise: tooLate, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error('no answer in time')), CHECK_TIMEOUT_MS);
  try {
    await Promise.race([check, tooLate]);
  } finally {
    clearTimeout(timer);
  }
}
