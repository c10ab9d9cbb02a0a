import { afterEach, beforeEach, expect, test } from 'vitest';
import { ulid } from '#kernel/ids.ts';
import { buildWorld, type World } from '#tests/support/world.ts';

let world: World;
beforeEach(async () => (world = await buildWorld({ people: { Bo: 'admin' } })));
afterEach(() => world.stop());

test('a category that one person renames while another moves it has its new name in its new place', async () => {
  const [ines, bo] = [world.person('Ines'), world.person('Bo')];
  const birds = ulid();
  await ines.does('category.put', { id: birds, name: 'Birds', position: 0 });
  await ines.does('category.change', { id: birds, name: 'Waders' });
  // Written by somebody who has not heard of the new name.
  await bo.does('category.change', { id: birds, position: 4 });
  const { communities } = (await ines.call('GET', '/api/places')).body as {
    communities: { categories: unknown[] }[];
  };
  expect(communities[0]?.categories).toEqual([{ id: birds, name: 'Waders', position: 4 }]);
});
