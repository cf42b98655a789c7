import { inTransaction } from '../../infra/database/in-transaction.ts';
import type { Database } from '../../infra/database/schema.ts';
import { isUuid } from '../../lib/ids.ts';
import { formatAud } from '../../lib/money.ts';
import { OperatorError } from '../../lib/operator-error.ts';
import type { Credits } from '../credits/credits.service.ts';
import { lockJob, updateJobIf } from './jobs.store.ts';

export type Refunds = ReturnType<typeof createRefunds>;

/** Money given back for completed jobs, which stay completed: what they cost is what they were charged less this. */
export function createRefunds(parts: { database: Database; credits: Pick<Credits, 'refund'> }) {
  const { database, credits } = parts;
  return {
    /**
     * Gives back a part of what a job was charged, or all that has not been given back yet.
     * @param wanted.amountMicroAud above zero; all that is left when not given
     * @returns how much that was, in micro AUD
     * @throws OperatorError when there is no such job, it has not been completed, or all its refunds together would be
     *   more than it was charged
     */
    async refund(
      wanted: { id: string; amountMicroAud?: number | undefined; reason: string },
      db = database,
    ): Promise<number> {
      const { id, reason } = wanted;
      return await inTransaction(db, async (trx) => {
        const job = isUuid(id) ? await lockJob(trx, id) : undefined;
        if (!job) throw new OperatorError(`There is no job ${id}.`);
        if (job.status !== 'completed') {
          throw new OperatorError(`Job ${id} is ${job.status}: only a completed job has cost something.`);
        }
        const leftMicroAud = (job.charged_micro_aud ?? 0) - job.refunded_micro_aud;
        const amountMicroAud = wanted.amountMicroAud ?? leftMicroAud;
        if (amountMicroAud <= 0 || amountMicroAud > leftMicroAud) {
          const left = formatAud(leftMicroAud);
          throw new OperatorError(`AUD ${left} is left of what job ${id} was charged: refund that or less.`);
        }
        const refunded_micro_aud = job.refunded_micro_aud + amountMicroAud;
        await updateJobIf(trx, { id, status: ['completed'] }, { refunded_micro_aud });
        await credits.refund(trx, { accountId: job.account_id, jobId: id, amountMicroAud, reason });
        return amountMicroAud;
      });
    },
  };
}
