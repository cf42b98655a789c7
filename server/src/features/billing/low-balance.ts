import type { Database } from '../../infra/database/schema.ts';
import type { PublicUrl } from '../../infra/http/public-url.ts';
import type { Mails } from '../../infra/mail/mails.ts';
import type { MailText } from '../../infra/mail/mail-text.ts';
import { formatAud } from '../../lib/money.ts';
import {
  changeLowBalanceLimit,
  findLowBalanceLimit,
  takeDueNotices,
  type LowBalance,
} from './low-balance.store.ts';

const AT_ONCE = 100;

export type LowBalanceNotices = ReturnType<typeof createLowBalanceNotices>;

/**
 * Mails to owners whose balance has fallen low: one a fall, and the next after credit was added. That it has fallen is
 * noted in the database by the statement that changes the balance; here it is told.
 */
export function createLowBalanceNotices(parts: {
  database: Database;
  mails: Pick<Mails, 'send'>;
  publicUrl: Pick<PublicUrl, 'page'>;
}) {
  const { database, mails, publicUrl } = parts;

  /** Taken and sent in one transaction, so that a notice is neither lost nor told twice, whoever dies over it. */
  async function tellSome(): Promise<number> {
    return await database.transaction().execute(async (trx) => {
      const due = await takeDueNotices(trx, AT_ONCE);
      for (const notice of due)
        await mails.send(trx, notice.email, asMail(notice, publicUrl.page('/billing')));
      return due.length;
    });
  }

  return {
    /** Below which balance the owner is told, in micro AUD; null: never. */
    limitOf: async (accountId: string): Promise<number | null> =>
      await findLowBalanceLimit(database, accountId),

    async setLimit(change: { accountId: string; lowBalanceMicroAud: number | null }): Promise<void> {
      await changeLowBalanceLimit(database, change);
    },

    /** Tells everybody who is to be told. Run it now and then, anywhere. */
    async sweep(): Promise<void> {
      let told: number;
      do {
        told = await tellSome();
      } while (told === AT_ONCE);
    },
  };
}

function asMail({ availableMicroAud, lowBalanceMicroAud }: LowBalance, billingPage: string): MailText {
  return {
    subject: `Your credit is running low: $${formatAud(availableMicroAud)} left`,
    paragraphs: [
      `You have $${formatAud(availableMicroAud)} AUD of credit left for transcriptions. You asked to be told when it ` +
        `falls below $${formatAud(lowBalanceMicroAud)}.`,
      'Recordings that cost more than what is left are refused until you top up.',
    ],
    action: { label: 'Top up', url: billingPage },
    closing: 'You can change the limit, or turn this mail off, on the billing page.',
  };
}
