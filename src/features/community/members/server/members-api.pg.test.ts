import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ASKED_PER_MINUTE } from '#features/community/communities/server/slugs-api.ts';
import { buildWorld, type World } from '#tests/support/world.ts';

type Page = { members: { name: string; role: string }[]; next: string | null };

describe('the members of a community, by name', () => {
  let world: World;
  const list = async (query = '', name = 'Kofi') => {
    const { status, body } = await world
      .person(name)
      .call('GET', `/api/communities/${world.community}/members${query}`);
    expect(status).toBe(200);
    return body as Page;
  };
  const names = ({ members }: Page) => members.map((member) => member.name);

  beforeAll(async () => {
    const people = { Maren: 'moderator', Kofi: 'member', Piet: 'banned', '100%': 'member', Zoë: 'outsider' } as const;
    world = await buildWorld({ people, members: 5 });
  });
  afterAll(() => world.stop());

  it('come in pages that neither miss nor repeat anyone', async () => {
    const found: string[] = [];
    for (let page = await list('?limit=2'); ; page = await list(`?limit=2&after=${page.next}`)) {
      found.push(...names(page));
      if (page.next === null) break;
    }
    expect(found.toSorted()).toEqual((await list()).members.map(({ name }) => name).toSorted());
    expect(new Set(found).size).toBe(9);
  });

  it('never show who is banned', async () => {
    expect(names(await list())).not.toContain('Piet');
    expect(names(await list('?query=piet'))).toEqual([]);
  });

  it('are found by a part of the name and by role; signs of patterns are only signs', async () => {
    expect(names(await list('?query=ARE'))).toEqual(['Maren']);
    expect(names(await list('?query=%25'))).toEqual(['100%']);
    expect(names(await list('?role=moderator'))).toEqual(['Maren']);
  });

  it('are nobody else’s to see: one 404 for outsiders and the banned (C9)', async () => {
    for (const name of ['Zoë', 'Piet']) {
      const answer = await world.person(name).call('GET', `/api/communities/${world.community}/members`);
      expect(answer).toMatchObject({ status: 404, body: { title: 'Not here' } });
    }
  });

  it('refuse a page that begins nowhere, in words', async () => {
    const answer = await world.person('Kofi').call('GET', `/api/communities/${world.community}/members?after=x`);
    expect(answer).toMatchObject({ status: 400, body: { title: 'Not accepted' } });
  });

  it('who were banned are shown to those who may lift it', async () => {
    const path = `/api/communities/${world.community}/banned`;
    const { body } = await world.person('Maren').call('GET', path);
    expect(body).toEqual({ members: [{ user: world.person('Piet').id, name: 'Piet' }] });
    expect((await world.person('Kofi').call('GET', path)).status).toBe(404);
  });

  it('and an address for a new community is free or not, for a person who does not ask for all of them', async () => {
    const { slug } = (await world.database.pool.query('select slug from communities')).rows[0];
    expect((await world.person('Zoë').call('GET', `/api/slugs/${slug}`)).body).toEqual({ free: false });
    expect((await world.person('Zoë').call('GET', '/api/slugs/night-birds')).body).toEqual({ free: true });
    expect((await world.person('Zoë').call('GET', '/api/slugs/Night%20Birds')).body).toEqual({ free: false });
    for (let n = 3; n < ASKED_PER_MINUTE; n++) await world.person('Zoë').call('GET', '/api/slugs/night-birds');
    expect((await world.person('Zoë').call('GET', '/api/slugs/night-birds')).status).toBe(429);
    expect((await world.person('Kofi').call('GET', '/api/slugs/night-birds')).status).toBe(200);
  });
});
