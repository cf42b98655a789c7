-- What operators have done, and which processes there are.

-- Nothing in it is ever changed or removed. What an operator does and the row that says so are one transaction, wherever
-- what he does is in the database.
create table operator_actions (
  id bigint generated always as identity,
  at timestamptz not null,
  -- The address that the operator had, or 'command line'.
  who text not null,
  what text not null,
  -- The address of an account, as it was then, or the id of a job or of a model.
  about text not null,
  -- Whose that is.
  account_id uuid,
  details jsonb not null,
  constraint operator_actions_pk primary key (id),
  constraint operator_actions_account_fk foreign key (account_id) references accounts (id)
);

create index operator_actions_by_account on operator_actions (account_id, id desc);

create trigger operator_actions_append_only
  before update or delete or truncate on operator_actions
  for each statement execute function refuse_change('the log of operators is append-only');

-- A process that serves or works says here every few seconds that it is there. After a crash of the database everybody
-- says so again: unlogged, so that it costs no disk.
create unlogged table workers (
  id uuid not null,
  host_name text not null,
  process_id integer not null,
  version text not null,
  role text not null,
  -- How many there may be, and how many are alive: they start with the first work.
  engine_processes integer not null,
  engine_processes_alive integer not null,
  -- Ids of the models that its machine has.
  models jsonb not null,
  -- The model that it has fetched last for an operator, and what came of it.
  model_fetch jsonb,
  started_at timestamptz not null,
  -- By the clock of the database, since those of machines differ.
  seen_at timestamptz not null,
  constraint workers_pk primary key (id),
  constraint workers_role_known check (role in ('all', 'api', 'worker'))
);

-- All accounts and the jobs of all of them, as operators page through them.
create index accounts_newest_first on accounts (created_at desc, id desc);
create index jobs_newest_first_of_all on jobs (created_at desc, id desc);
