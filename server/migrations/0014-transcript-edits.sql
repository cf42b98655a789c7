-- What people changed of a transcript, kept beside it: the transcript stays as it was recognised.
create table transcript_edits (
  job_id uuid not null,
  -- One more with every change, and with every recount of the speakers: whoever changes what is no longer there is
  -- told so.
  revision integer not null,
  overlay jsonb not null,
  -- Null after a recount over the API.
  edited_by uuid,
  updated_at timestamptz not null,
  constraint transcript_edits_pk primary key (job_id),
  constraint transcript_edits_transcript_fk foreign key (job_id) references transcripts (job_id) on delete cascade,
  constraint transcript_edits_person_fk foreign key (edited_by) references people (id) on delete set null,
  constraint transcript_edits_revision_positive check (revision > 0)
);

create index transcript_edits_by_person on transcript_edits (edited_by);

-- How loud the recording is, a byte for each 96 ms. Null where a job was transcribed before it was kept.
alter table transcripts add column levels bytea;
