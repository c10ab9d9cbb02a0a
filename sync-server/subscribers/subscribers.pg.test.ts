import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { MessagePosted, MessageDeleted } from '#features/conversation/messages/index.ts';
import { MemberRenamed } from '#features/community/members/index.ts';
import { defineSubscriber, type SubscriberDefinition } from '#kernel/subscribers.ts';
import { createSystemDoor } from '#server/system-door.ts';
import { testLog } from '#tests/support/postgres-server.ts';
import { buildWorld, type World } from '#tests/support/world.ts';
import { deliver } from './delivery.ts';
import { Subscribers } from './subscribers.ts';

/** How many messages stand, by person. */
const tally = defineSubscriber({
  name: 'tally',
  events: [MessagePosted.name, MessageDeleted.name],
  async handle({ name, data }, tx) {
    await tx.query(
      `insert into tally (person, messages) values ($1, $2)
       on conflict (person) do update set messages = tally.messages + excluded.messages`,
      [name === MessagePosted.name ? data['by'] : data['author'], name === MessagePosted.name ? 1 : -1],
    );
  },
});

/** Answers each message by giving its author a longer name. */
const rename = (after: string): SubscriberDefinition['handle'] =>
  async function handle({ data: { community, by, user } }) {
    return [{ name: 'member.refresh', args: { community, user: by ?? user, name: after } }];
  };

describe('subscribers', () => {
  let world: World;
  const open: Subscribers[] = [];

  beforeEach(async () => {
    world = await buildWorld({ people: { Ines: 'owner', Kofi: 'member' } });
    await world.database.pool.query('create table tally (person text primary key, messages integer not null)');
  });
  afterEach(async () => {
    for (const subscribers of open.splice(0)) await subscribers.close();
    await world.stop();
  });

  async function start(...definitions: SubscriberDefinition[]): Promise<Subscribers> {
    const { sync, database } = world;
    const submit = createSystemDoor(sync.gate);
    const deps = { definitions, author: sync.author, pool: database.pool, submit, log: testLog, pace: 5 };
    const subscribers = new Subscribers(deps);
    open.push(subscribers);
    await subscribers.start();
    return subscribers;
  }

  const post = (name: string, body = 'Two redshanks.') =>
    world.person(name).does('message.post', { channel: world.channel('general'), body });
  const rows = async (sql: string, values: unknown[] = []) => (await world.database.pool.query(sql, values)).rows;
  const read = () => rows('select person, messages from tally order by person');
  const count = async (event: string) =>
    (await rows('select count(*)::int as n from events where name = $1', [event]))[0].n;

  it('replayed from zero know what they knew live', async () => {
    const subscribers = await start(tally);
    for (let n = 0; n < 4; n++) await post('Kofi');
    const message = await post('Ines');
    await world.person('Ines').does('message.delete', { channel: world.channel('general'), message });
    await subscribers.settled();
    const live = await read();
    expect(live).toContainEqual({ person: world.person('Kofi').id, messages: 4 });
    expect(live).toContainEqual({ person: world.person('Ines').id, messages: 0 });
    await rows('truncate tally');
    await rows(`update subscribers set tx = '0', id = 0`);
    await subscribers.settled();
    expect(await read()).toEqual(live);
  });

  it('have effects once when their connection dies between the effect and the commit', async () => {
    let deaths = 0;
    const dying = defineSubscriber({
      ...tally,
      async handle(event, tx) {
        await tally.handle(event, tx);
        if (deaths++ === 0) await tx.query('select pg_terminate_backend(pg_backend_pid())');
      },
    });
    const subscribers = await start(dying);
    await post('Kofi');
    await post('Kofi');
    await subscribers.settled();
    expect(deaths).toBe(3);
    expect(await read()).toEqual([{ person: world.person('Kofi').id, messages: 2 }]);
  });

  it('send a command once, also when a replay wants it again or its answer was lost (C1)', async () => {
    const subscribers = await start({ name: 'titles', events: [MessagePosted.name], handle: rename('Kofi the Early') });
    await rows(`create table kept as select * from wanted_commands`);
    await rows(`create function keep() returns trigger language plpgsql as
      $$ begin insert into kept select new.*; return new; end $$`);
    await rows('create trigger keep after insert on wanted_commands for each row execute function keep()');
    await post('Kofi');
    await subscribers.settled();
    expect(await count(MemberRenamed.name)).toBe(1);
    await rows(`update subscribers set tx = '0', id = 0`);
    await subscribers.settled();
    await rows(
      'insert into wanted_commands (id, subscriber, command) select distinct id, subscriber, command from kept',
    );
    await subscribers.settled();
    expect(await rows('select * from wanted_commands')).toEqual([]);
    expect(await count(MemberRenamed.name)).toBe(1);
    expect((await world.read(`members/${world.community}/0`)).records).toContainEqual(
      expect.objectContaining({ id: world.person('Kofi').id, name: 'Kofi the Early' }),
    );
  });

  it('do not pass by a transaction that began earlier and commits later', async () => {
    const seen: string[] = [];
    const watcher = defineSubscriber({
      name: 'watcher',
      events: [MessagePosted.name],
      handle: async ({ command }) => void seen.push(command),
    });
    await start(watcher);
    const slow = await world.database.connect();
    await slow.query('begin');
    await slow.query(
      `insert into events (partition, actor, command, depth, name, data, at) values ('p', 'a', 'late', 0, $1, '{}', 0)`,
      [MessagePosted.name],
    );
    const quick = await post('Kofi');
    expect(await deliver(world.database.pool, watcher, 10)).toBe('held up');
    expect(seen).toEqual([]);
    await slow.query('commit');
    await slow.end();
    await open[0]?.settled();
    expect(seen).toEqual(['late', quick]);
  });

  it('that fail hold nobody else up, and go on where they stopped', async () => {
    let broken = true;
    const seen: string[] = [];
    const failing = defineSubscriber({
      name: 'failing',
      events: [MessagePosted.name],
      async handle({ command }) {
        if (broken && seen.length === 1) throw new Error('not today');
        seen.push(command);
      },
    });
    const subscribers = await start(failing, tally);
    const posted = [await post('Kofi'), await post('Kofi'), await post('Kofi')];
    await expect.poll(async () => (await read())[0]?.messages).toBe(3);
    expect(seen.length).toBeLessThan(3);
    broken = false;
    await subscribers.settled();
    expect(seen.slice(-2)).toEqual(posted.slice(1));
  });

  it('whose wish is refused lose that wish alone', async () => {
    const subscribers = await start({
      name: 'wishing',
      events: [MessagePosted.name],
      async handle({ data: { community, by } }) {
        return [
          { name: 'member.kick', args: { community, user: world.community } },
          { name: 'no.such', args: {} },
          { name: 'member.refresh', args: { community, user: by, name: 'Kofi Mensah' } },
        ];
      },
    });
    await post('Kofi');
    await subscribers.settled();
    expect(await rows('select * from wanted_commands')).toEqual([]);
    expect(await count(MemberRenamed.name)).toBe(1);
  });

  it('that answer each other stop after a few rounds', async () => {
    const subscribers = await start(
      { name: 'ping', events: [MessagePosted.name, MemberRenamed.name], handle: rename('Ping') },
      { name: 'pong', events: [MemberRenamed.name], handle: rename('Pong') },
    );
    await post('Kofi');
    for (let n = 0; n < 8; n++) await subscribers.settled();
    const [{ deepest }] = await rows('select max(depth)::int as deepest from events');
    expect(deepest).toBe(5);
    expect(await rows('select * from wanted_commands')).toEqual([]);
  });

  it('read on after a restore into another cluster, whose transactions are numbered lower', async () => {
    const subscribers = await start(tally);
    await post('Kofi');
    await post('Ines');
    await subscribers.settled();
    const before = await read();
    await subscribers.close();
    await rows(`update events set tx = (tx::text::numeric + 4000000000)::text::xid8`);
    await rows(`update subscribers set tx = (tx::text::numeric + 4000000000)::text::xid8`);
    const again = await start(tally);
    await again.settled();
    expect(await read()).toEqual(before);
    await post('Kofi');
    await again.settled();
    expect(await read()).toContainEqual({ person: world.person('Kofi').id, messages: 2 });
    expect(await rows('select count(*)::int as n from events where tx::text::numeric > 4000000000')).toEqual([
      { n: 0 },
    ]);
  });
});
