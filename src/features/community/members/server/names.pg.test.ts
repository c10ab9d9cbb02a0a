import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSystemDoor } from '#server/system-door.ts';
import { carryForgottenNames, carryName } from '#server/subscribers/names.ts';
import { Subscribers } from '#server/subscribers/subscribers.ts';
import { testLog } from '#tests/support/postgres-server.ts';
import { buildWorld, type World } from '#tests/support/world.ts';
import { ulid } from '#kernel/ids.ts';
import { membersServer } from './index.ts';

describe('a person who takes another name', () => {
  let world: World;
  let subscribers: Subscribers;

  beforeAll(async () => {
    world = await buildWorld({
      people: { Ines: 'owner', Kofi: 'member', Tomás: 'member' },
      channels: ['general', 'walks'],
    });
    const { sync, database } = world;
    const definitions = membersServer.subscribers ?? [];
    const submit = createSystemDoor(sync.gate);
    subscribers = new Subscribers({
      definitions,
      author: sync.author,
      pool: database.pool,
      submit,
      log: testLog,
      pace: 5,
    });
    await subscribers.start();
    for (const name of ['Ines', 'Kofi', 'Tomás']) {
      const { id, email } = world.person(name).account;
      await database.pool.query('insert into users (id, name, email) values ($1, $2, $3)', [id, name, email]);
    }
  });
  afterAll(async () => {
    await subscribers.close();
    await world.stop();
  });

  const become = async (name: string, next: string) => {
    const { id } = world.person(name);
    await world.database.pool.query('update users set name = $2 where id = $1', [id, next]);
    return id;
  };
  const say = (name: string, channel: string, body = 'Hello.') =>
    world.person(name).does('message.post', { channel: world.channel(channel), body });

  it('is shown by it in old segments, in new ones and in the list of members', async () => {
    const channel = world.channel('general');
    await say('Kofi', 'general');
    await say('Kofi', 'walks');
    const first = await world.person('Ines').does('message.post', { channel, body: 'A long history.' });
    const messages = Array.from({ length: 500 }, () => ({ id: ulid(), by: world.person('Ines').id, at: 1, body: 'x' }));
    for (let n = 0; n < 2; n++) {
      const some = messages.map((message) => ({ ...message, id: ulid() }));
      const args = { community: world.community, channel, people: [], messages: some };
      await world.sync.submitAsSystem([{ id: ulid(), name: 'import.messages', at: Date.now(), args }]);
    }
    await say('Kofi', 'general', 'After the roll-over.');
    const kofi = await become('Kofi', 'Kofi Mensah');
    await carryName(subscribers, kofi);
    await subscribers.settled();
    for (const document of [`channel/${channel}/0`, `channel/${channel}/1`, `channel/${world.channel('walks')}/0`]) {
      expect((await world.read(document)).people[kofi], document).toEqual({ name: 'Kofi Mensah' });
    }
    const old = await world.read(`channel/${channel}/0`);
    expect(old.people[world.person('Ines').id]).toEqual({ name: 'Ines' });
    expect(old.records.find(({ id }) => id === first)).toMatchObject({ body: 'A long history.' });
    expect((await world.read(`members/${world.community}/0`)).records).toContainEqual(
      expect.objectContaining({ id: kofi, name: 'Kofi Mensah' }),
    );
  });

  it('leaves the old name nowhere once documents are compacted (E2)', async () => {
    await say('Ines', 'walks');
    const ines = await become('Ines', 'Inês C.');
    await carryName(subscribers, ines);
    await subscribers.settled();
    await world.sync.compaction.run();
    const { rows } = await world.database.pool.query<{ state: Buffer }>(
      `select state from snapshots union all select update from log where document like 'channel/%'`,
    );
    expect(rows.length).toBeGreaterThan(0);
    expect(rows.filter(({ state }) => state.includes('Inês C.')).length).toBeGreaterThan(0);
    expect(rows.filter(({ state }) => state.includes('Ines')).length).toBe(0);
  });

  it('is shown by it where they have left', async () => {
    await say('Tomás', 'general');
    await world.person('Tomás').does('member.leave');
    const id = await become('Tomás', 'Tomás Ibarra');
    await carryName(subscribers, id);
    await subscribers.settled();
    expect((await world.read(`channel/${world.channel('general')}/1`)).people[id]).toEqual({ name: 'Tomás Ibarra' });
  });

  it('is not forgotten by a server that ended in between', async () => {
    const id = await become('Kofi', 'Kofi M.');
    expect(await carryForgottenNames(subscribers)).toBe(1);
    await subscribers.settled();
    expect((await world.readChannel('walks')).people[id]).toEqual({ name: 'Kofi M.' });
    expect(await carryForgottenNames(subscribers)).toBe(0);
  });

  it('makes no document and names nobody where they never wrote', async () => {
    const [receipt] = await world.sync.submitAsSystem([
      {
        id: ulid(),
        name: 'person.show',
        at: Date.now(),
        args: {
          community: world.community,
          document: `channel/${world.channel('walks')}/7`,
          user: world.person('Kofi').id,
        },
      },
    ]);
    expect(receipt).toMatchObject({ ok: true });
    expect(await world.read(`channel/${world.channel('walks')}/7`)).toMatchObject({ records: [], people: {} });
    await say('Ines', 'walks', 'Still in the first segment.');
    expect((await world.readChannel('walks')).records.at(-1)).toMatchObject({ body: 'Still in the first segment.' });
  });
});
