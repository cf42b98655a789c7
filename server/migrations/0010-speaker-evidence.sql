-- What the voices of a recording are told apart by, so that its speakers can be counted anew without its audio. Null where
-- a job was transcribed before it was kept. It goes with the transcript when the job is erased.
alter table transcripts add column speaker_evidence jsonb;
