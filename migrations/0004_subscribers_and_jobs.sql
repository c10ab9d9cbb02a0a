-- What subscribers and jobs of the server need, and how members are looked for by name.

-- Sent in the order they were wanted.
alter table wanted_commands add column n bigint generated always as identity;
create index wanted_commands_in_order on wanted_commands (subscriber, n);

-- The last run of every job of upkeep, for the operator.
create table job_runs (
  name text primary key,
  started_at timestamptz not null,
  ended_at timestamptz,
  failed_at timestamptz,        -- of the last run that failed; stays after later ones that did not
  error text,
  note text                     -- what the last run that did not fail did, in words
);

-- A name and whose it is: the order of the list, and where its next page begins.
create index members_by_name on members (community, lower(name), "user") where state <> 'banned';
