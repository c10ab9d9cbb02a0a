import { afterEach, beforeEach, expect, test } from 'vitest';
import { createFirstCommunity, createSample } from '#features/community/communities/server/index.ts';
import { buildWorld, type World } from '#tests/support/world.ts';

let world: World;
beforeEach(async () => {
  world = await buildWorld();
});
afterEach(() => world.stop());

const newcomer = () => {
  const { id, account } = world.person('Ada');
  return { id, name: account.name };
};

test('a newcomer owns the sample, sees its people and what they said, and may write in it', async () => {
  const owner = newcomer();
  const { id: community } = await createSample({ submitAsSystem: world.sync.submitAsSystem, owner, now: Date.now() });
  const { rows: channels } = await world.database.pool.query<{ id: string; name: string; next: number }>(
    'select id, name, next from channels join chains on owner = id where community = $1',
    [community],
  );
  expect(channels.length).toBe(8);
  expect(channels.reduce((sum, { next }) => sum + next, 0)).toBeGreaterThan(100);
  const { records, people, reactions } = await world.read(
    `channel/${channels.find(({ name }) => name === 'week-5-joins')?.id}/0`,
  );
  expect(records.filter(({ reply }) => reply).length).toBeGreaterThan(5);
  expect(records.map(({ by }) => people[String(by)]?.name)).not.toContain(undefined);
  expect(Object.keys(reactions).length).toBeGreaterThan(30);
  for (const { id: channel } of channels) {
    await world.person('Ada').does('message.post', { community, channel, body: 'Hello' });
  }
});

test('made twice, the sample is there once', async () => {
  const owner = newcomer();
  const count = async () => (await world.database.pool.query('select sum(next)::int as n from chains')).rows[0].n;
  await createSample({ submitAsSystem: world.sync.submitAsSystem, owner, now: Date.UTC(2030, 0, 1) });
  const once = await count();
  await createSample({ submitAsSystem: world.sync.submitAsSystem, owner, now: Date.UTC(2030, 0, 1) });
  expect(await count()).toBe(once);
});

test('the first community stands beside the sample, its address free or the next', async () => {
  const owner = newcomer();
  const make = (sample: boolean) =>
    createFirstCommunity({
      submitAsSystem: world.sync.submitAsSystem,
      owner,
      community: { name: 'Tide Club', description: '' },
      sample,
    });
  expect((await make(true)).slug).toBe('tide-club');
  expect((await make(false)).slug).toBe('tide-club-2');
  const { rows } = await world.database.pool.query(
    `select count(*)::int as n from members where "user" = $1 and role = 'owner'`,
    [owner.id],
  );
  expect(rows).toEqual([{ n: 3 }]);
});
