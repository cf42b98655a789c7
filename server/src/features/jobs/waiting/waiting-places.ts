import { refusal } from '../../../infra/http/api-error.ts';

/** How many may wait at once in one process, and for the jobs of one account. */
export interface WaitingLimits {
  readonly inAll: number;
  readonly perAccount: number;
}

/** Counts those who hold a connection open to hear of jobs. */
export function createWaitingPlaces(limits: WaitingLimits) {
  const waiting = new Map<string, number>();
  let waitingInAll = 0;

  return {
    /**
     * Takes a place; what it returns gives it back, however often it is called.
     * @throws ApiError 429 when none is left
     */
    take(accountId: string): () => void {
      const mine = waiting.get(accountId) ?? 0;
      if (waitingInAll >= limits.inAll || mine >= limits.perAccount) {
        throw refusal('limits.too_many_waiting');
      }
      waitingInAll += 1;
      waiting.set(accountId, mine + 1);
      let isTaken = true;
      return () => {
        if (!isTaken) return;
        isTaken = false;
        waitingInAll -= 1;
        const left = waiting.get(accountId)! - 1;
        if (left > 0) waiting.set(accountId, left);
        else waiting.delete(accountId);
      };
    },
  };
}
