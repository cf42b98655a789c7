import { sql } from 'kysely';

import { aud, type Rule } from './rules.ts';

/** What an account has by the entries of the ledger, and what its row says. */
const BALANCES = sql`
  select accounts.id, available_micro_aud, held_micro_aud,
         coalesce(sum(amount_micro_aud) filter (where book = 'available'), 0) as booked_available,
         coalesce(sum(amount_micro_aud) filter (where book = 'held'), 0) as booked_held
  from accounts
  left join ledger_transactions on account_id = accounts.id
  left join ledger_entries on transaction_id = ledger_transactions.id
  group by accounts.id`;

/** What the ledger has of each payment, by the name that its transactions go by. */
const PAYMENTS_IN_THE_LEDGER = sql`
  select account_id, reference,
         coalesce(sum(amount_micro_aud) filter (where kind = 'top_up' and book = 'available'), 0) as credited,
         coalesce(sum(amount_micro_aud) filter (where kind = 'reversal' and book = 'granted'), 0) as reversed,
         coalesce(-sum(amount_micro_aud) filter (where kind = 'reversal' and book = 'written_off'), 0) as written_off
  from ledger_transactions join ledger_entries on transaction_id = ledger_transactions.id
  where kind in ('top_up', 'reversal')
  group by account_id, reference`;

/** The ledger in itself, and the balances that are made of it. */
export const LEDGER_RULES: readonly Rule[] = [
  {
    rule: 'every transaction adds up to zero',
    violations: sql`
      select transaction_id as subject, format('its entries add up to AUD %s', ${aud('total')}) as problem
      from (select transaction_id, sum(amount_micro_aud) as total from ledger_entries group by 1) as transactions
      where total <> 0`,
  },
  {
    rule: 'every entry belongs to a transaction',
    violations: sql`
      select ledger_entries.id as subject, 'its transaction is missing' as problem
      from ledger_entries left join ledger_transactions on ledger_transactions.id = transaction_id
      where ledger_transactions.id is null`,
  },
  {
    rule: 'an available balance is what its entries add up to',
    violations: sql`
      select id as subject, format('AUD %s is available, its entries add up to AUD %s',
        ${aud('available_micro_aud')}, ${aud('booked_available')}) as problem
      from (${BALANCES}) as balances where available_micro_aud <> booked_available`,
  },
  {
    rule: 'a held balance is what its entries add up to',
    violations: sql`
      select id as subject, format('AUD %s is held, its entries add up to AUD %s',
        ${aud('held_micro_aud')}, ${aud('booked_held')}) as problem
      from (${BALANCES}) as balances where held_micro_aud <> booked_held`,
  },
  {
    rule: 'a payment is credited to its account when it was paid, and for what was paid',
    violations: sql`
      select payments.id as subject, format('it is %s, of AUD %s; AUD %s is credited',
        status, ${aud('amount_micro_aud')}, coalesce(${aud('credited')}, 0)) as problem
      from payments left join (${PAYMENTS_IN_THE_LEDGER}) as booked
        on reference = payments.id::text and booked.account_id = payments.account_id
      where coalesce(credited, 0) <> case status when 'paid' then amount_micro_aud else 0 end`,
  },
  {
    rule: 'what of a payment went back is what the ledger took back of it, or wrote off',
    violations: sql`
      select payments.id as subject, format('AUD %s went back, AUD %s of it written off; AUD %s and AUD %s by the ledger',
        ${aud('reversed_micro_aud')}, ${aud('written_off_micro_aud')},
        coalesce(${aud('reversed')}, 0), coalesce(${aud('written_off')}, 0)) as problem
      from payments left join (${PAYMENTS_IN_THE_LEDGER}) as booked
        on reference = payments.id::text and booked.account_id = payments.account_id
      where reversed_micro_aud <> coalesce(reversed, 0) or written_off_micro_aud <> coalesce(written_off, 0)`,
  },
];
