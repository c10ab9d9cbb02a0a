-- The facts of communities. Written by the author alone, read by places and queries.

create table communities (
  id text primary key,
  slug text not null unique,
  name text not null,
  description text not null,
  archived boolean not null,
  lease_days integer not null,
  created_by text not null,
  created_at bigint not null
);

create table roles (
  community text not null references communities (id),
  id text not null,
  name text not null,
  rank integer not null,
  permissions jsonb not null,
  primary key (community, id)
);

create table categories (
  community text not null references communities (id),
  id text not null,
  name text not null,
  position integer not null,
  primary key (community, id)
);

create table channels (
  community text not null references communities (id),
  id text not null unique,
  name text not null,
  topic text not null,
  category text,
  position integer not null,
  private boolean not null,
  archived boolean not null,
  created_by text not null,
  created_at bigint not null,
  primary key (community, id)
);

create table members (
  community text not null references communities (id),
  "user" text not null,
  name text not null,
  picture text,
  role text not null,
  state text not null check (state in ('active', 'banned', 'unclaimed')),
  rooms jsonb not null,
  no integer not null,
  joined_at bigint not null,
  reason text,
  primary key (community, "user")
);
create index members_by_user on members ("user");
create index members_by_rooms on members using gin (rooms);

create table invites (
  community text not null references communities (id),
  id text not null unique,
  created_by text not null,
  created_at bigint not null,
  expires_at bigint,
  uses integer not null,
  max_uses integer,
  revoked boolean not null,
  primary key (community, id)
);

-- Devices keep copies of one installation; another one under the same address is another epoch to them.
insert into instance (key, value) values ('installation', to_jsonb(gen_random_uuid()::text));
