-- That a message was erased, by its id alone: whoever imports the same source again must not bring it back.
create table erased_messages (
  channel text not null,
  id text not null,
  primary key (channel, id)
);

-- In the author's own statement, since what a position stood for goes with it.
create function note_erased_messages() returns trigger language plpgsql as $$
begin
  insert into erased_messages (channel, id) select owner, id from gone where chain = 'channel' on conflict do nothing;
  return null;
end $$;

create trigger positions_erased after delete on positions
  referencing old table as gone for each statement execute function note_erased_messages();

insert into erased_messages (channel, id)
  select distinct data->>'channel', data->>'message' from events where name = 'MessageDeleted';
