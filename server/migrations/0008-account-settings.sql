-- What differs from account to account: limits and the time zone of its days.

alter table accounts
  -- Requests a minute and key; null is what the deployment allows.
  add column rate_limit_submit integer,
  add column rate_limit_request integer,
  add column time_zone text not null default 'UTC',
  add constraint accounts_rate_limit_submit_in_range check (rate_limit_submit between 1 and 1000000),
  add constraint accounts_rate_limit_request_in_range check (rate_limit_request between 1 and 1000000),
  -- Not a condition but a question: PostgreSQL refuses to tell the time of a zone that it does not know.
  add constraint accounts_time_zone_known check (timestamptz 'epoch' at time zone time_zone is not null);
