create table jobs (
  id uuid not null,
  account_id uuid not null,
  api_key_id uuid,
  status text not null,
  original_filename text not null,
  language text not null,
  prompt text,
  num_speakers smallint,
  min_speakers smallint,
  max_speakers smallint,
  storage_key text not null,
  size_bytes bigint,
  sha256 text,
  -- What the container says before the work starts, and what came out of the decoder.
  probed_duration_ms bigint,
  decoded_duration_ms bigint,
  held_micro_aud bigint,
  charged_micro_aud bigint,
  attempts integer not null default 0,
  progress_fraction real,
  error_message text,
  created_at timestamptz not null,
  -- The receiving server renews it while bytes arrive; when it gets old, that server is gone.
  upload_alive_at timestamptz not null,
  started_at timestamptz,
  completed_at timestamptz,
  constraint jobs_pk primary key (id),
  constraint jobs_account_fk foreign key (account_id) references accounts (id),
  constraint jobs_api_key_fk foreign key (api_key_id) references api_keys (id),
  constraint jobs_status_known check (status in ('uploading', 'pending', 'processing', 'completed', 'failed')),
  constraint jobs_error_exactly_when_failed check ((status = 'failed') = (error_message is not null)),
  constraint jobs_completed_at_exactly_when_ended
    check ((status in ('completed', 'failed')) = (completed_at is not null)),
  constraint jobs_charged_exactly_when_ended
    check ((status in ('completed', 'failed')) = (charged_micro_aud is not null)),
  constraint jobs_charged_not_negative check (charged_micro_aud >= 0),
  constraint jobs_held_once_submitted check (status in ('uploading', 'failed') or held_micro_aud is not null)
);

create index jobs_newest_first on jobs (account_id, created_at desc, id desc);
create index jobs_newest_first_by_status on jobs (account_id, status, created_at desc, id desc);
create index jobs_uploading on jobs (upload_alive_at) where status = 'uploading';

create trigger jobs_ended_stay_ended
  before update of status on jobs
  for each row when (old.status in ('completed', 'failed') and new.status <> old.status)
  execute function refuse_change('a job that has ended never changes its status');

create table transcripts (
  job_id uuid not null,
  transcription text not null,
  diarization text not null,
  segments jsonb not null,
  words jsonb not null,
  speakers jsonb not null,
  suppressed jsonb not null,
  created_at timestamptz not null,
  constraint transcripts_pk primary key (job_id),
  constraint transcripts_job_fk foreign key (job_id) references jobs (id) on delete cascade
);

create table idempotency_keys (
  account_id uuid not null,
  key text not null,
  -- SHA-256 over the file's own digest and every field of the form.
  fingerprint text not null,
  job_id uuid not null,
  created_at timestamptz not null,
  constraint idempotency_keys_pk primary key (account_id, key),
  constraint idempotency_keys_account_fk foreign key (account_id) references accounts (id),
  constraint idempotency_keys_job_fk foreign key (job_id) references jobs (id) on delete cascade
);
