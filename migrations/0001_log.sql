-- What the author writes, and nothing else does: the log of every document, receipts, events.

create table partitions (
  id text primary key,
  pos bigint not null,          -- rises by one for every commit that touches the partition
  token bigint not null         -- fencing: the lease of the one author; a commit under another token fails
);

create table log (
  document text not null,       -- kind/owner or kind/owner/n
  pos bigint not null,
  owner text not null,          -- the channel or community the document belongs to
  update bytea not null,
  primary key (document, pos)
);
create index log_by_owner on log (owner, pos);

create table snapshots (
  document text primary key,
  pos bigint not null,          -- contains the log up to here; those rows are gone
  owner text not null,
  state bytea not null
);
create index snapshots_by_owner on snapshots (owner, pos);

create table chains (
  chain text not null,          -- document kind
  owner text not null,
  next integer not null,        -- the no of the next record
  pos bigint not null,          -- of the last change in any segment
  primary key (chain, owner)
);

create table receipts (
  account text not null,
  id text not null,
  partition text not null,
  pos bigint not null,
  no integer,
  at timestamptz not null default now(),
  primary key (account, id)
);
create index receipts_by_age on receipts using brin (at);

create table events (
  id bigint generated always as identity,
  tx xid8 not null default pg_current_xact_id(),
  partition text not null,
  actor text not null,
  command text not null,
  depth smallint not null,
  name text not null,
  data jsonb not null,
  at bigint not null,
  primary key (tx, id)
);

create table subscribers (
  name text primary key,
  tx xid8 not null default '0',
  id bigint not null default 0
);

-- Commands a subscriber wants sent, written in the transaction that moves its cursor, sent after it.
create table wanted_commands (
  id text primary key,
  subscriber text not null,
  command jsonb not null,
  created_at timestamptz not null default now()
);

-- Where erased text may still stand until compaction has rewritten the document.
create table erasures (
  document text primary key,
  pos bigint not null,          -- the last commit that took text out of it
  since timestamptz not null default now()
);

-- The order of records and where each one is; without their text.
create table positions (
  chain text not null,
  owner text not null,
  id text not null,
  no integer not null,
  at bigint not null,
  primary key (owner, id)
);
create index positions_by_time on positions (owner, at);

-- Whose name and picture stand in which document.
create table appearances (
  person text not null,
  document text not null,
  primary key (person, document)
);

-- Reactions above the number a document names one by one.
create table further_reactions (
  owner text not null,
  message text not null,
  emoji text not null,
  person text not null,
  primary key (owner, message, emoji, person)
);

-- Max-registers, outside the author: no receipt, no event.
create table read_marks (
  person text not null,
  channel text not null,
  read integer not null,
  primary key (person, channel)
);

create function check_fence(held boolean) returns boolean language plpgsql as $$
begin
  if held is not true then
    raise exception 'another author holds this partition' using errcode = 'HE001';
  end if;
  return true;
end $$;
