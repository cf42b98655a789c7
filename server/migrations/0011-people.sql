-- Who signs in to the dashboard, and how. What the sign-in library reads and writes has the columns that it wants, under
-- our names.

alter table accounts add column is_operator boolean not null default false;

create table people (
  id uuid not null,
  account_id uuid not null,
  email text not null,
  email_verified boolean not null,
  -- Neither is asked for or shown.
  name text not null default '',
  image text,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  constraint people_pk primary key (id),
  constraint people_account_fk foreign key (account_id) references accounts (id),
  constraint people_one_an_account unique (account_id),
  constraint people_email_unique unique (email),
  constraint people_email_lower_case check (email = lower(email))
);

-- An account goes by the address of its person, and is active from the moment that the address is verified: in one
-- statement with it, whoever makes the change.
create function account_follows_person() returns trigger language plpgsql as $$
begin
  update accounts set
    email = new.email,
    status = case when new.email_verified and status = 'unverified' then 'active' else status end
  where id = new.account_id;
  return null;
end
$$;

create trigger people_lead_accounts
  after insert or update of email, email_verified on people
  for each row execute function account_follows_person();

create table sessions (
  id uuid not null,
  person_id uuid not null,
  -- The cookie holds it together with a signature whose key is not in the database.
  token text not null,
  ip_address text,
  user_agent text,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  expires_at timestamptz not null,
  constraint sessions_pk primary key (id),
  constraint sessions_person_fk foreign key (person_id) references people (id) on delete cascade,
  constraint sessions_token_unique unique (token)
);

create index sessions_by_person on sessions (person_id);
create index sessions_by_end on sessions (expires_at);

-- The ways in that a person has: a password, an identity at a provider.
create table sign_in_methods (
  id uuid not null,
  person_id uuid not null,
  provider text not null,
  -- Who the person is to the provider; for a password the person's own id.
  subject text not null,
  password_hash text,
  -- Nothing is done at a provider in anybody's name: its tokens are not kept.
  access_token text,
  refresh_token text,
  id_token text,
  access_token_expires_at timestamptz,
  refresh_token_expires_at timestamptz,
  scope text,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  constraint sign_in_methods_pk primary key (id),
  constraint sign_in_methods_person_fk foreign key (person_id) references people (id) on delete cascade,
  constraint sign_in_methods_subject_unique unique (provider, subject),
  constraint sign_in_methods_no_tokens check (coalesce(access_token, refresh_token, id_token) is null)
);

create index sign_in_methods_by_person on sign_in_methods (person_id);

-- What mail links and the way to a provider and back are recognised by, each for one use.
create table sign_in_tokens (
  id uuid not null,
  identifier text not null,
  value text not null,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  expires_at timestamptz not null,
  constraint sign_in_tokens_pk primary key (id)
);

create index sign_in_tokens_by_identifier on sign_in_tokens (identifier);

-- Mail that was not sent because no mail server is set, kept for who sits at this machine.
create table outbox (
  id bigint generated always as identity,
  recipient text not null,
  subject text not null,
  body text not null,
  created_at timestamptz not null,
  constraint outbox_pk primary key (id)
);
