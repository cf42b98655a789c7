-- Where an account wants to hear that its jobs have ended.

create table webhooks (
  id uuid not null,
  account_id uuid not null,
  url text not null,
  -- Signs what is sent, so it is kept as it is: a digest could not.
  secret text not null,
  created_at timestamptz not null,
  -- The last try of the last message, and what went wrong with it; nothing when it was delivered.
  last_delivery_at timestamptz,
  last_delivery_failure text,
  constraint webhooks_pk primary key (id),
  constraint webhooks_account_fk foreign key (account_id) references accounts (id),
  constraint webhooks_url_length check (char_length(url) between 1 and 2048),
  constraint webhooks_failure_has_a_time check (last_delivery_failure is null or last_delivery_at is not null)
);

create index webhooks_by_account on webhooks (account_id, created_at, id);

-- What has not ended is counted every few seconds, among any number of jobs that have.
create index jobs_open on jobs (status) where status in ('uploading', 'pending', 'processing');
