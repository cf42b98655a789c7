-- An account that its person has closed keeps its books and nothing else: no address, no person, no recordings.

alter table accounts
  -- Since when nothing of its person is to be left; jobs that still are go within seconds.
  add column erased_at timestamptz,
  -- SHA-256 of the address it had: whoever opens another account with it is welcome, but not given the welcome credit again.
  add column erased_email_digest bytea,
  add constraint accounts_erased_ones_are_closed check (erased_at is null or status = 'closed');

create index accounts_by_erased_email on accounts (erased_email_digest) where erased_email_digest is not null;
create index accounts_erased on accounts (id) where erased_at is not null;
