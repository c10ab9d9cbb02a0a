import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildWorld, type World } from '#tests/support/world.ts';

describe('a command whose answer was lost', () => {
  let world: World;
  beforeAll(async () => {
    world = await buildWorld({ people: { Ines: 'owner', Kofi: 'member' } });
  });
  afterAll(() => world.stop());

  const written = (name: string, body: string) =>
    world.person(name).command('message.post', { channel: world.channel('general'), body });

  it('gets the same answer as before, and is applied once (C1)', async () => {
    const command = written('Kofi', 'Two redshanks.');
    const first = await world.person('Kofi').submit(command);
    expect(first).toMatchObject({ ok: true, no: 0 });
    expect(await world.person('Kofi').submit(command)).toEqual(first);
    const together = await Promise.all([1, 2, 3].map(() => world.person('Kofi').submit(command)));
    expect(together).toEqual([first, first, first]);
    expect((await world.readChannel()).records).toHaveLength(1);
  });

  it('is no way to another person’s answer: the same id is taken (C6)', async () => {
    const command = written('Kofi', 'Mine.');
    await world.person('Kofi').submit(command);
    const stolen = { ...written('Ines', 'Stolen.'), id: command.id };
    expect(await world.person('Ines').submit(stolen)).toMatchObject({ ok: false, refused: { code: 'taken' } });
    expect((await world.readChannel()).records.map(({ body }) => body)).not.toContain('Stolen.');
  });
});
