-- Long recordings are recognised chunk by chunk, by as many workers as there are, and all work goes by when it is due.

alter table jobs
  -- When the job would be done if a second of audio took a second: when it was submitted, and all audio of its account
  -- that goes before it, and its own. An order, not a promise.
  add column due_at timestamptz;

update jobs set due_at = created_at + probed_duration_ms * interval '1 millisecond'
  where status in ('pending', 'processing');

create index jobs_open_by_due on jobs (due_at) where status in ('pending', 'processing');

-- How far the reading of a long recording has come, and what came of it. Gone when the job has ended.
create table job_preparations (
  job_id uuid not null,
  read_share real not null default 0,
  -- All but the words; null until the whole recording has been read.
  recording jsonb,
  constraint job_preparations_pk primary key (job_id),
  constraint job_preparations_job_fk foreign key (job_id) references jobs (id) on delete cascade
);

-- A row is there before the audio of its chunk is in storage, and until after that is gone: so none is forgotten there.
create table job_chunks (
  job_id uuid not null,
  number integer not null,
  -- Made anew when an attempt by another version cuts the recording elsewhere: what the old task brings is not kept.
  task_id uuid not null,
  start_seconds double precision not null,
  end_seconds double precision not null,
  speech_seconds real not null,
  due_at timestamptz not null,
  recognised_share real not null default 0,
  -- Set with the sending of the task, once the audio is stored.
  queued_at timestamptz,
  -- What it was recognised to say; erased when the job ends.
  result jsonb,
  constraint job_chunks_pk primary key (job_id, number),
  constraint job_chunks_job_fk foreign key (job_id) references jobs (id) on delete cascade,
  constraint job_chunks_result_of_queued check (result is null or queued_at is not null)
);

-- How long a worker takes for a second of audio: a moving average of what was measured.
create table work_costs (
  stage text not null,
  seconds_per_audio_second real not null,
  measured_at timestamptz not null,
  constraint work_costs_pk primary key (stage),
  constraint work_costs_positive check (seconds_per_audio_second > 0)
);
