-- Credit that is paid for: what was asked of whom, what came of it, and what went back to the payer since.

create table payments (
  id uuid not null,
  account_id uuid not null,
  -- As it was then: a receipt does not change with the account.
  payer_email text not null,
  -- 'test' where no money is taken.
  method text not null,
  status text not null,
  amount_micro_aud bigint not null,
  -- Stripe's names for the page where it is paid, and for the payment itself, which is known once that page was used.
  checkout_session_id text,
  payment_intent_id text,
  receipt_number bigint,
  -- What of it went back to the payer, and the part of that which the balance no longer had.
  reversed_micro_aud bigint not null default 0,
  written_off_micro_aud bigint not null default 0,
  created_at timestamptz not null,
  paid_at timestamptz,
  constraint payments_pk primary key (id),
  constraint payments_account_fk foreign key (account_id) references accounts (id),
  constraint payments_method_known check (method in ('stripe', 'test')),
  constraint payments_status_known
    check (status in ('open', 'processing', 'paid', 'failed', 'expired', 'mismatched')),
  constraint payments_amount_positive check (amount_micro_aud > 0),
  constraint payments_checkout_session_unique unique (checkout_session_id),
  constraint payments_payment_intent_unique unique (payment_intent_id),
  constraint payments_receipt_number_unique unique (receipt_number),
  constraint payments_paid_at_exactly_when_paid check ((status = 'paid') = (paid_at is not null)),
  constraint payments_receipt_exactly_when_paid check ((status = 'paid') = (receipt_number is not null)),
  constraint payments_reversed_at_most_paid
    check (reversed_micro_aud between 0 and case status when 'paid' then amount_micro_aud else 0 end),
  constraint payments_written_off_at_most_reversed check (written_off_micro_aud between 0 and reversed_micro_aud)
);

create index payments_by_account on payments (account_id, created_at desc);

create sequence payment_receipt_numbers;

create trigger payments_paid_stay_paid
  before update of status on payments
  for each row when (old.status = 'paid' and new.status <> old.status)
  execute function refuse_change('a payment that was credited stays so: what goes back is noted besides');

-- What went back to payers, by refunds and disputes. It can be heard of before the payment itself.
create table payment_reversals (
  -- The charge that was refunded, or the dispute.
  reference text not null,
  payment_intent_id text not null,
  amount_micro_aud bigint not null,
  constraint payment_reversals_pk primary key (reference),
  constraint payment_reversals_amount_not_negative check (amount_micro_aud >= 0)
);

create index payment_reversals_by_payment_intent on payment_reversals (payment_intent_id);

-- 'reversal' takes back credit whose payment went back, or gives it again. Its reference, like that of the 'top_up', is
-- the payment's id.
alter table ledger_transactions
  drop constraint ledger_transactions_kind_known,
  drop constraint ledger_transactions_job_exactly_when_for_one,
  drop constraint ledger_transactions_reference_exactly_when_topped_up,
  add constraint ledger_transactions_kind_known check
    (kind in ('grant', 'adjustment', 'top_up', 'reversal', 'hold', 'settle', 'release', 'write_off', 'refund')),
  add constraint ledger_transactions_job_exactly_when_for_one
    check ((job_id is null) = (kind in ('grant', 'adjustment', 'top_up', 'reversal'))),
  add constraint ledger_transactions_reference_exactly_when_of_payment
    check ((reference is null) = (kind not in ('top_up', 'reversal')));

alter table accounts
  -- Below this much available its owner is told by mail; null: never.
  add column low_balance_micro_aud bigint default 2000000,
  -- 'waiting' for the balance to fall below, 'due' when it did, 'given' when that was told or there is nothing to tell
  -- until credit is added.
  add column low_balance_notice text not null default 'given',
  add constraint accounts_low_balance_not_negative check (low_balance_micro_aud >= 0),
  add constraint accounts_low_balance_notice_known check (low_balance_notice in ('waiting', 'due', 'given'));

update accounts set low_balance_notice = 'waiting' where available_micro_aud >= low_balance_micro_aud;

create index accounts_low_balance_notices_due on accounts (id) where low_balance_notice = 'due';

-- As before, and it notes in the same statement that a balance has fallen low: once, until credit is added. What only
-- comes and goes with a job's hold does not count as added.
create or replace function book_entries() returns trigger language plpgsql as $$
declare
  booked record;
begin
  for booked in
    select ledger_transactions.id, account_id,
           sum(amount_micro_aud) as total,
           coalesce(sum(amount_micro_aud) filter (where book = 'available'), 0) as available,
           coalesce(sum(amount_micro_aud) filter (where book = 'held'), 0) as held,
           coalesce(sum(amount_micro_aud) filter (where book = 'granted'), 0) as granted
    from added join ledger_transactions on ledger_transactions.id = transaction_id
    group by ledger_transactions.id
  loop
    if booked.total <> 0 then
      raise exception 'ledger transaction % does not add up to zero', booked.id
        using errcode = 'integrity_constraint_violation';
    end if;
    update accounts
    set available_micro_aud = available_micro_aud + booked.available,
        held_micro_aud = held_micro_aud + booked.held,
        low_balance_notice = case
          when booked.granted < 0 and available_micro_aud + booked.available >= low_balance_micro_aud then 'waiting'
          when low_balance_notice = 'waiting' and available_micro_aud + booked.available < low_balance_micro_aud
            then 'due'
          else low_balance_notice
        end
    where id = booked.account_id;
  end loop;
  return null;
end
$$;
