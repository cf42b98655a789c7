-- Times are given by the application's clock, to the millisecond, so that what is read back equals what was written.

create table accounts (
  id uuid not null,
  email text not null,
  status text not null,
  -- Both balances are integers of 1e-6 AUD and always equal what the ledger's entries for the account add up to.
  available_micro_aud bigint not null default 0,
  held_micro_aud bigint not null default 0,
  created_at timestamptz not null,
  constraint accounts_pk primary key (id),
  constraint accounts_email_lower_case check (email = lower(email)),
  constraint accounts_email_unique unique (email),
  constraint accounts_status_known check (status in ('unverified', 'active', 'suspended', 'closed')),
  constraint accounts_available_not_negative check (available_micro_aud >= 0),
  constraint accounts_held_not_negative check (held_micro_aud >= 0)
);

create table api_keys (
  id uuid not null,
  account_id uuid not null,
  name text not null,
  -- SHA-256 of the whole key: the key itself is never stored.
  digest bytea not null,
  prefix text not null,
  last_four text not null,
  created_at timestamptz not null,
  last_used_at timestamptz,
  last_used_address text,
  revoked_at timestamptz,
  constraint api_keys_pk primary key (id),
  constraint api_keys_account_fk foreign key (account_id) references accounts (id),
  constraint api_keys_digest_unique unique (digest),
  constraint api_keys_digest_is_sha256 check (octet_length(digest) = 32),
  constraint api_keys_name_length check (char_length(name) between 1 and 100)
);

create index api_keys_by_account on api_keys (account_id);
