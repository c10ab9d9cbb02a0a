import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildWorld, type World } from '#tests/support/world.ts';

describe('a world for tests', () => {
  let world: World;
  beforeAll(async () => {
    world = await buildWorld({ people: { Ines: 'owner', Maren: 'moderator', Kofi: 'member' }, members: 2 });
  });
  afterAll(() => world.stop());

  it('has people who write, and reads what the log says (C2, D2)', async () => {
    const channel = world.channel('general');
    const receipt = await world.person('Kofi').send('message.post', { channel, body: 'Two redshanks at the pier.' });
    expect(receipt).toMatchObject({ ok: true, no: 0 });
    const { records, people } = await world.readChannel();
    expect(records).toMatchObject([{ id: receipt.id, no: 0, body: 'Two redshanks at the pier.' }]);
    expect(people).toEqual({ [world.person('Kofi').id]: { name: 'Kofi' } });
    const members = await world.read(`members/${world.community}/0`);
    expect(members.records.map(({ name }) => name)).toEqual([
      'Ines',
      'Maren',
      'Kofi',
      expect.stringMatching(/^Member [12]$/),
      expect.stringMatching(/^Member [12]$/),
    ]);
  });

  it('has outsiders, whom the community does not know (C9)', async () => {
    const receipt = await world
      .person('Zoë')
      .send('message.post', { channel: world.channel('general'), body: 'Hello?' });
    expect(receipt).toMatchObject({ ok: false, refused: { code: 'unavailable' } });
    expect(await world.person('Zoë').call('GET', '/api/places')).toMatchObject({ body: { communities: [] } });
  });
});
