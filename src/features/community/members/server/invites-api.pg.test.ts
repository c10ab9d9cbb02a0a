import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ulid } from '#kernel/ids.ts';
import { buildWorld, type World } from '#tests/support/world.ts';
import { inviteIsValid } from './invites.ts';

describe('invites', () => {
  let world: World;
  const gone = { status: 404, body: { title: 'Not here' } };
  const invite = async (more: Record<string, unknown> = {}) => {
    const id = ulid();
    await world.person('Ines').does('invite.create', { id, ...more });
    return id;
  };
  const valid = (code: string) =>
    inviteIsValid(
      { pool: world.database.pool, read: (community, look) => world.sync.author.read(`community/${community}`, look) },
      code,
    );

  beforeAll(async () => {
    world = await buildWorld({ people: { Maren: 'moderator', Kofi: 'member', Piet: 'banned', Zoë: 'outsider' } });
  });
  afterAll(() => world.stop());

  it('show what they lead to, also to somebody without an account', async () => {
    const id = await invite();
    const answer = await world.app.request(`/api/invites/${id}`);
    expect(answer.status).toBe(200);
    expect(await answer.json()).toMatchObject({
      community: { id: world.community, name: 'Listening Walks', description: '', members: 3 },
    });
    expect(await valid(id)).toBe(true);
  });

  it('let a person in, once, and a second click changes nothing', async () => {
    const id = await invite({ maxUses: 1 });
    const newcomer = world.person('Wanjiru');
    const there = { status: 200, body: { community: world.community } };
    expect(await newcomer.call('POST', `/api/invites/${id}/join`)).toMatchObject(there);
    expect(await newcomer.call('POST', `/api/invites/${id}/join`)).toMatchObject(there);
    expect(await newcomer.call('GET', `/api/communities/${world.community}/members`)).toMatchObject({ status: 200 });
    const { rows } = await world.database.pool.query('select uses from invites where id = $1', [id]);
    expect(rows).toEqual([{ uses: 1 }]);
  });

  it('record one joining, however often a member joins', async () => {
    const id = await invite();
    await world.person('Kofi').does('member.join', { invite: id });
    const { rows } = await world.database.pool.query(
      `select count(*)::int as n from events where name = 'MemberJoined' and data->>'user' = $1`,
      [world.person('Kofi').id],
    );
    expect(rows).toEqual([{ n: 1 }]);
  });

  it('are one 404 when unknown, revoked, expired or spent, and for whoever is banned (C9)', async () => {
    const revoked = await invite();
    await world.person('Ines').does('invite.revoke', { id: revoked });
    const spent = await invite({ maxUses: 1 });
    await world.person('Tomás').does('member.join', { invite: spent });
    const good = await invite();
    for (const id of [ulid(), 'not-an-id', revoked, await invite({ expiresAt: 1 }), spent]) {
      expect(await world.person('Zoë').call('GET', `/api/invites/${id}`), id).toMatchObject(gone);
      expect(await world.person('Zoë').call('POST', `/api/invites/${id}/join`), id).toMatchObject(gone);
      expect(await valid(id), id).toBe(false);
    }
    expect(await world.person('Piet').call('GET', `/api/invites/${good}`)).toMatchObject(gone);
    expect(await world.person('Piet').call('POST', `/api/invites/${good}/join`)).toMatchObject(gone);
    expect((await world.app.request(`/api/invites/${good}/join`, { method: 'POST' })).status).toBe(403);
  });

  it('are listed for those who may make them, and for nobody else', async () => {
    const id = await invite({ maxUses: 3 });
    const path = `/api/communities/${world.community}/invites`;
    const { body } = await world.person('Maren').call('GET', path);
    expect((body as { invites: unknown[] }).invites[0]).toMatchObject({ id, uses: 0, maxUses: 3, revoked: false });
    for (const name of ['Kofi', 'Piet', 'Zoë']) {
      expect(await world.person(name).call('GET', path), name).toMatchObject(gone);
    }
    expect(await world.person('Ines').call('GET', `/api/communities/${ulid()}/invites`)).toMatchObject(gone);
  });
});
