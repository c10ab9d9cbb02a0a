import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ulid } from '#kernel/ids.ts';
import { buildWorld, type World } from '#tests/support/world.ts';

interface Page {
  private: boolean;
  members: { id: string; name: string; role: string }[];
  roles: { id: string; name: string }[];
  next: string | null;
}

describe('who is in a private channel', () => {
  let world: World;
  const ask = (who: string, channel: string, query = '') =>
    world.person(who).call('GET', `/api/channels/${channel}/members${query}`);
  const page = async (who: string, channel = 'den', query = '') => {
    const { status, body } = await ask(who, world.channel(channel), query);
    expect(status).toBe(200);
    return body as Page;
  };
  const names = ({ members }: Page) => members.map(({ name }) => name).toSorted();

  beforeAll(async () => {
    world = await buildWorld({
      people: {
        Ines: 'owner',
        Ada: 'admin',
        Maren: 'moderator',
        Kofi: 'member',
        Lena: 'member',
        Piet: 'member',
        Zoë: 'outsider',
      },
      channels: ['general', { name: 'den', private: true }],
    });
    for (const name of ['Kofi', 'Piet'])
      await world.person('Ines').does('channel.admit', { channel: world.channel('den'), user: world.person(name).id });
    await world.person('Ines').does('member.ban', { user: world.person('Piet').id });
  });
  afterAll(() => world.stop());

  it('is told to whoever is in: those let in, and the roles that open it without that', async () => {
    const seen = await page('Kofi');
    expect(names(seen)).toEqual(['Ines', 'Kofi']);
    expect(seen.members).toContainEqual({ id: world.person('Kofi').id, name: 'Kofi', role: 'member' });
    expect(seen.private).toBe(true);
    expect(seen.roles.map(({ id }) => id).toSorted()).toEqual(['admin', 'owner']);
    expect(await page('Ada')).toEqual(seen);
  });

  it('is told to nobody else: outsiders, banned, not let in and guessed get the one 404 (C9)', async () => {
    const missing = await ask('Kofi', ulid());
    expect(missing).toMatchObject({ status: 404, body: { title: 'Not here' } });
    for (const name of ['Zoë', 'Piet', 'Lena', 'Maren']) expect(await ask(name, world.channel('den'))).toEqual(missing);
    expect(await ask('Kofi', 'den')).toEqual(missing);
    expect(await ask('Zoë', world.channel('general'))).toEqual(missing);
  });

  it('comes in pages that neither miss nor repeat anyone', async () => {
    const first = await page('Ines', 'den', '?limit=1');
    const second = await page('Ines', 'den', `?limit=1&after=${first.next}`);
    expect(second.next).toBeNull();
    expect([...names(first), ...names(second)].toSorted()).toEqual(['Ines', 'Kofi']);
  });

  it('changes with who is let in and taken out', async () => {
    const place = { channel: world.channel('den'), user: world.person('Lena').id };
    await world.person('Ada').does('channel.admit', place);
    expect(names(await page('Lena'))).toEqual(['Ines', 'Kofi', 'Lena']);
    await world.person('Ada').does('channel.expel', place);
    expect(names(await page('Kofi'))).toEqual(['Ines', 'Kofi']);
    expect((await ask('Lena', world.channel('den'))).status).toBe(404);
  });

  it('is everyone where the channel is open, and nobody is listed', async () => {
    expect(await page('Lena', 'general')).toMatchObject({ private: false, members: [], next: null });
  });
});
