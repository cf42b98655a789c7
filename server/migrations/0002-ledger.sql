-- The double-entry ledger. A transaction is a set of entries that add up to zero; nothing in it is ever changed or
-- removed. What an account can spend is the sum of its entries in the book 'available', what is reserved for its
-- jobs the sum in 'held'. The other books are the house's side: 'granted' is credit given (paid or as a gift),
-- 'earned' the price of finished jobs, 'written_off' the part of a price nobody could be charged for.

create function refuse_change() returns trigger language plpgsql as $$
begin
  raise exception using message = tg_argv[0], errcode = 'integrity_constraint_violation';
end
$$;

create table ledger_transactions (
  id uuid not null,
  account_id uuid not null,
  kind text not null,
  -- No foreign key: the ledger outlives what it paid for.
  job_id uuid,
  reason text not null,
  created_at timestamptz not null,
  constraint ledger_transactions_pk primary key (id),
  constraint ledger_transactions_account_fk foreign key (account_id) references accounts (id),
  constraint ledger_transactions_kind_known
    check (kind in ('grant', 'adjustment', 'hold', 'settle', 'release', 'write_off')),
  constraint ledger_transactions_job_exactly_when_for_one
    check ((job_id is null) = (kind in ('grant', 'adjustment')))
);

create unique index ledger_one_hold_a_job on ledger_transactions (job_id) where kind = 'hold';
-- One of settle and release, never both, never twice.
create unique index ledger_one_ending_a_job on ledger_transactions (job_id) where kind in ('settle', 'release');
create unique index ledger_one_write_off_a_job on ledger_transactions (job_id) where kind = 'write_off';
create index ledger_transactions_by_account on ledger_transactions (account_id, created_at);

create table ledger_entries (
  id bigint generated always as identity,
  transaction_id uuid not null,
  account_id uuid not null,
  book text not null,
  amount_micro_aud bigint not null,
  constraint ledger_entries_pk primary key (id),
  constraint ledger_entries_transaction_fk foreign key (transaction_id) references ledger_transactions (id),
  constraint ledger_entries_account_fk foreign key (account_id) references accounts (id),
  constraint ledger_entries_book_known check (book in ('available', 'held', 'granted', 'earned', 'written_off')),
  constraint ledger_entries_amount_not_zero check (amount_micro_aud <> 0)
);

create index ledger_entries_by_transaction on ledger_entries (transaction_id);
create index ledger_entries_by_account on ledger_entries (account_id, book);

create trigger ledger_transactions_append_only
  before update or delete or truncate on ledger_transactions
  for each statement execute function refuse_change('the ledger is append-only');

create trigger ledger_entries_append_only
  before update or delete or truncate on ledger_entries
  for each statement execute function refuse_change('the ledger is append-only');

create function check_ledger_transaction_balances() returns trigger language plpgsql as $$
begin
  if (select sum(amount_micro_aud) from ledger_entries where transaction_id = new.transaction_id) <> 0 then
    raise exception 'ledger transaction % does not add up to zero', new.transaction_id
      using errcode = 'integrity_constraint_violation';
  end if;
  return null;
end
$$;

-- Deferred to the commit, when all entries of the transaction are there.
create constraint trigger ledger_entries_balance
  after insert on ledger_entries
  deferrable initially deferred
  for each row execute function check_ledger_transaction_balances();
