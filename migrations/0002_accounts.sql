-- Accounts (slice account/identity): who can sign in, on which devices, with which programs.
-- users, sessions, credentials and verifications are written through better-auth; their columns are what
-- src/features/account/identity/server/auth.ts names, and a test compares the two.

create table instance (
  key text primary key,
  value jsonb not null
);
comment on table instance is 'Settings of the whole installation. epoch is raised when a backup is restored.';

insert into instance (key, value) values ('epoch', '1'), ('setup_done', 'false'), ('sign_up', '"open"');

create table users (
  id text primary key,
  name text not null,
  email text not null unique,
  email_verified boolean not null default false,
  picture text,
  operator boolean not null default false,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);

create table sessions (
  id text primary key,
  user_id text not null references users (id) on delete cascade,
  token text not null unique,
  device text not null,
  expires_at timestamptz not null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  seen_at timestamptz not null default now(),
  ip_address text,
  user_agent text
);
create index sessions_user_id on sessions (user_id);

create table credentials (
  id text primary key,
  user_id text not null references users (id) on delete cascade,
  provider_id text not null,
  account_id text not null,
  password text,
  access_token text,
  refresh_token text,
  id_token text,
  access_token_expires_at timestamptz,
  refresh_token_expires_at timestamptz,
  scope text,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  unique (provider_id, account_id)
);
create index credentials_user_id on credentials (user_id);

create table verifications (
  id text primary key,
  identifier text not null,
  value text not null,
  expires_at timestamptz not null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
create index verifications_identifier on verifications (identifier);

create table access_tokens (
  id text primary key,
  user_id text not null references users (id) on delete cascade,
  name text not null,
  -- sha-256 of the token. It has 256 random bits, so a slow hash would protect nothing more.
  hash bytea not null unique,
  expires_at timestamptz not null,
  created_at timestamptz not null default now(),
  used_at timestamptz
);
create index access_tokens_user_id on access_tokens (user_id);

-- Every way a session can end (signed out, revoked, its user deleted, cut short by hand in SQL) is heard by every
-- process at the commit: sockets of that session close on it.
create function tell_session_ended() returns trigger language plpgsql as $$
begin
  perform pg_notify('session_ended', old.id);
  return null;
end
$$;

create trigger sessions_ended after delete on sessions
  for each row execute function tell_session_ended();
create trigger sessions_cut_short after update of expires_at on sessions
  for each row when (new.expires_at <= now()) execute function tell_session_ended();
create trigger access_tokens_ended after delete on access_tokens
  for each row execute function tell_session_ended();
create trigger access_tokens_cut_short after update of expires_at on access_tokens
  for each row when (new.expires_at <= now()) execute function tell_session_ended();
