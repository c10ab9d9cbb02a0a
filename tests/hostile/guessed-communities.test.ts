import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ulid } from '#kernel/ids.ts';
import { buildWorld, type World } from '#tests/support/world.ts';

describe('somebody who guesses communities', () => {
  let world: World;
  beforeAll(async () => {
    world = await buildWorld({ people: { Ines: 'owner', Zoë: 'outsider' } });
  });
  afterAll(() => world.stop());

  it('gets one answer every time, and fills no memory with guesses (C9, D6)', async () => {
    const before = world.sync.author.figures().partitions;
    const stranger = world.person('Zoë');
    const answers = new Set<string>();
    for (let round = 0; round < 15; round++) {
      const guesses = Array.from({ length: 200 }, () =>
        stranger.send('message.post', { community: ulid(), channel: ulid(), body: 'Anybody?' }),
      );
      for (const { id: _id, ...receipt } of await Promise.all(guesses)) answers.add(JSON.stringify(receipt));
    }
    const known = await stranger.send('message.post', { channel: world.channel('general'), body: 'Anybody?' });
    const { id: _id, ...answer } = known;
    expect([...answers]).toEqual([JSON.stringify(answer)]);
    expect(world.sync.author.figures().partitions - before).toBeLessThanOrEqual(1_000);
    expect(
      await world.person('Ines').send('message.post', { channel: world.channel('general'), body: 'Yes.' }),
    ).toMatchObject({ ok: true });
  });
});
