-- What is left of a job whose recording and texts were erased: enough for the books and the totals.

alter table jobs
  add column erased_at timestamptz,
  -- Set in the transaction that erases; from then on the object may be removed, and it is null again once it was.
  -- Whoever dies in between leaves the removal to the sweep.
  add column recording_removal_due_at timestamptz,
  add constraint jobs_erased_only_when_ended check (erased_at is null or status in ('completed', 'failed')),
  add constraint jobs_erased_says_nothing
    check (erased_at is null or (original_filename = '' and prompt is null and sha256 is null));

create index jobs_recording_removal_due on jobs (recording_removal_due_at)
  where recording_removal_due_at is not null;

-- A job's keys are looked for when it is erased.
create index idempotency_keys_by_job on idempotency_keys (job_id);

-- Whoever waits for a job hears of it whichever process changes it, and whatever the reason. A trigger cannot be
-- forgotten by a statement that is yet to be written.
create function tell_job_change() returns trigger language plpgsql as $$
begin
  perform pg_notify('icana_jobs', old.id::text);
  return null;
end
$$;

create trigger jobs_tell_update
  after update of status, progress_fraction, erased_at on jobs
  for each row when (
    old.status <> new.status
    or old.progress_fraction is distinct from new.progress_fraction
    or old.erased_at is distinct from new.erased_at
  )
  execute function tell_job_change();

create trigger jobs_tell_delete after delete on jobs for each row execute function tell_job_change();
