-- What lets the database itself, and anybody who looks, prove the books.

-- The entries of a transaction are written by one statement. It is refused unless they add up to zero, and it makes the
-- account's balances, which nothing else can change: so they cannot differ from what the entries add up to.
create function book_entries() returns trigger language plpgsql as $$
declare
  booked record;
begin
  for booked in
    select ledger_transactions.id, account_id,
           sum(amount_micro_aud) as total,
           coalesce(sum(amount_micro_aud) filter (where book = 'available'), 0) as available,
           coalesce(sum(amount_micro_aud) filter (where book = 'held'), 0) as held
    from added join ledger_transactions on ledger_transactions.id = transaction_id
    group by ledger_transactions.id
  loop
    if booked.total <> 0 then
      raise exception 'ledger transaction % does not add up to zero', booked.id
        using errcode = 'integrity_constraint_violation';
    end if;
    update accounts
    set available_micro_aud = available_micro_aud + booked.available,
        held_micro_aud = held_micro_aud + booked.held
    where id = booked.account_id;
  end loop;
  return null;
end
$$;

create trigger ledger_entries_book
  after insert on ledger_entries referencing new table as added
  for each statement execute function book_entries();

-- What did the first of these at the commit, once for every entry.
drop trigger ledger_entries_balance on ledger_entries;
drop function check_ledger_transaction_balances();

-- The update above comes from within a trigger, every other one from outside.
create trigger accounts_balance_by_ledger_only
  before update of available_micro_aud, held_micro_aud on accounts
  for each row when (pg_trigger_depth() = 0)
  execute function refuse_change('a balance is changed by entries in the ledger only');

create trigger accounts_begin_without_balance
  before insert on accounts
  for each row when (new.available_micro_aud <> 0 or new.held_micro_aud <> 0)
  execute function refuse_change('a balance is changed by entries in the ledger only');

-- An entry is its transaction's, and so is the account: said once, the two cannot differ.
alter table ledger_entries drop column account_id;

-- 'top_up' is credit that was paid for, 'refund' gives back (a part of) what a completed job was settled for.
alter table ledger_transactions
  -- The payment's own name, by which it is credited once however often it is reported.
  add column reference text,
  drop constraint ledger_transactions_kind_known,
  drop constraint ledger_transactions_job_exactly_when_for_one,
  add constraint ledger_transactions_kind_known check
    (kind in ('grant', 'adjustment', 'top_up', 'hold', 'settle', 'release', 'write_off', 'refund')),
  add constraint ledger_transactions_job_exactly_when_for_one
    check ((job_id is null) = (kind in ('grant', 'adjustment', 'top_up'))),
  add constraint ledger_transactions_reference_exactly_when_topped_up
    check ((reference is null) = (kind <> 'top_up'));

create unique index ledger_one_top_up_a_reference on ledger_transactions (reference) where kind = 'top_up';

alter table jobs
  -- What a job has cost is what it was charged less what was refunded.
  add column refunded_micro_aud bigint not null default 0,
  add constraint jobs_refunded_at_most_charged
    check (refunded_micro_aud between 0 and coalesce(charged_micro_aud, 0));
