import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ulid } from '#kernel/ids.ts';
import { buildWorld, type World } from '#tests/support/world.ts';

describe('a person who reacts', () => {
  let world: World;
  beforeAll(async () => {
    world = await buildWorld({ people: { Ines: 'owner', Kofi: 'member' } });
  });
  afterAll(() => world.stop());

  const recorded = async (message: string) => {
    const { rows } = await world.database.pool.query<{ name: string }>(
      `select name from events where data->>'message' = $1 and name like 'Reaction%' order by tx, id`,
      [message],
    );
    return rows.map(({ name }) => name);
  };

  async function twiceEach(message: string): Promise<void> {
    const args = { channel: world.channel('general'), message, emoji: '🦉' };
    for (const command of ['reaction.add', 'reaction.add', 'reaction.remove', 'reaction.remove']) {
      await world.person('Kofi').does(command, args);
    }
  }

  it('twice has reacted once, and takes back only what was there', async () => {
    const message = await world
      .person('Ines')
      .does('message.post', { channel: world.channel('general'), body: 'An owl!' });
    await twiceEach(message);
    expect(await recorded(message)).toEqual(['ReactionAdded', 'ReactionRemoved']);
    expect((await world.readChannel()).reactions).toEqual({});
  });

  it('where so many have that only a count is shown, counts once as well', async () => {
    const message = ulid();
    const by = Array.from({ length: 1000 }, () => ulid());
    const imported = { id: message, by: world.person('Ines').id, at: 1, body: 'x', reactions: [{ emoji: '🦉', by }] };
    const args = { community: world.community, channel: world.channel('general'), people: [], messages: [imported] };
    await world.sync.submitAsSystem([{ id: ulid(), name: 'import.messages', at: Date.now(), args }]);
    await world.person('Ines').does('reaction.add', { channel: world.channel('general'), message, emoji: '🦉' });
    expect((await world.readChannel()).reactions[`${message} 🦉 #`]).toEqual({ count: 1 });
    await twiceEach(message);
    expect(await recorded(message)).toEqual(['ReactionAdded', 'ReactionAdded', 'ReactionRemoved']);
    expect((await world.readChannel()).reactions[`${message} 🦉 #`]).toEqual({ count: 1 });
  });
});
