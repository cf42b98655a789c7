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
];
