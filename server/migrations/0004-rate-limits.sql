-- Counters that nobody misses after a crash, written on every request: unlogged, so that counting waits for no disk.
create unlogged table rate_limit_windows (
  key text not null,
  used integer not null,
  ends_at timestamptz not null,
  constraint rate_limit_windows_pk primary key (key)
);

create index rate_limit_windows_by_end on rate_limit_windows (ends_at);
