-- Recordings on their way in from a browser, in pieces and over lines that break. The bytes lie in a file that is named
-- by the id; the row is there before the file is, and until after it is gone, so that none is forgotten.
create table resumable_uploads (
  id uuid not null,
  account_id uuid not null,
  filename text not null,
  size_bytes bigint not null,
  -- When the file was last changed where it comes from, as the browser says it.
  last_modified_ms bigint,
  -- Read once all of it has arrived and somebody asks for the price.
  probed_duration_ms bigint,
  created_at timestamptz not null,
  constraint resumable_uploads_pk primary key (id),
  constraint resumable_uploads_account_fk foreign key (account_id) references accounts (id),
  constraint resumable_uploads_hold_something check (size_bytes > 0)
);

create index resumable_uploads_by_account on resumable_uploads (account_id, created_at);
create index resumable_uploads_by_age on resumable_uploads (created_at);

-- Whose job it is that has changed is told, too: who looks at an account hears of jobs that he does not know yet.
create or replace function tell_job_change() returns trigger language plpgsql as $$
begin
  perform pg_notify('icana_jobs', old.id::text || ' ' || old.account_id::text);
  return null;
end
$$;
