import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ulid, ulidFrom } from '#kernel/ids.ts';
import { createSync } from '#server/sync.ts';
import { testLog } from '#tests/support/postgres-server.ts';
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

  it('gets the same answer from a server that was started in between (C1, C2)', async () => {
    const ines = world.person('Ines');
    const channel = ulid();
    const posted = ines.command('message.post', { channel, body: 'Hoo.' });
    const commands = [
      ines.command('channel.create', { id: channel, name: 'owls' }),
      posted,
      ines.command('message.delete', { channel, message: posted.id }),
      // From a device whose clock is an hour ahead: its id looks newer than the server.
      ines.command(
        'message.post',
        { channel, body: 'Later.' },
        { id: ulidFrom(randomBytes(16), Date.now() + 3_600_000) },
      ),
    ];
    const first = [];
    for (const command of commands) first.push(await ines.submit(command));
    expect(first.map(({ ok }) => ok)).toEqual([true, true, true, true]);

    const settings = { origin: 'http://localhost', originGiven: true, trustProxy: 0 };
    const { database, accounts } = world;
    const next = createSync({ settings, database, accounts, log: testLog, rates: {} });
    try {
      const again = [];
      for (const command of commands) again.push(await next.gate.submitAndWait(command, ines.door));
      expect(again).toEqual(first);
      expect((await world.read(`channel/${channel}/0`)).records.map(({ body }) => body)).toEqual(['Later.']);
    } finally {
      await next.close();
    }
  });

  it('is no way to another person’s answer: the same id is taken (C6)', async () => {
    const command = written('Kofi', 'Mine.');
    await world.person('Kofi').submit(command);
    const stolen = { ...written('Ines', 'Stolen.'), id: command.id };
    expect(await world.person('Ines').submit(stolen)).toMatchObject({ ok: false, refused: { code: 'taken' } });
    expect((await world.readChannel()).records.map(({ body }) => body)).not.toContain('Stolen.');
  });

  it('that the database refuses is refused alone, whatever is committed with it (C11)', async () => {
    const taken = await world
      .person('Kofi')
      .does('message.post', { channel: world.channel('general'), body: 'First.' });
    const stolen = { ...written('Ines', 'Stolen.'), id: taken };
    const innocent = Array.from({ length: 12 }, (_, n) => written(n % 2 ? 'Ines' : 'Kofi', `Innocent ${n}`));
    const sent = [...innocent.slice(0, 7), stolen, ...innocent.slice(7)];
    const receipts = await Promise.all(
      sent.map((command) => world.person(command.account === stolen.account ? 'Ines' : 'Kofi').submit(command)),
    );
    expect(receipts.filter(({ ok }) => !ok)).toEqual([{ id: taken, ok: false, refused: { code: 'taken' } }]);
    const bodies = (await world.readChannel()).records.map(({ body }) => String(body));
    expect(bodies.filter((body) => body.startsWith('Innocent'))).toHaveLength(12);
    expect(bodies).not.toContain('Stolen.');
  });

  it('is not refused for what it did itself, nor for what has changed since (C1)', async () => {
    const ines = world.person('Ines');
    const channel = ulid();
    const created = ines.command('channel.create', { id: channel, name: 'owls' });
    const posted = ines.command('message.post', { channel, body: 'Hoo.' });
    const deleted = ines.command('message.delete', { channel, message: posted.id });
    const archived = ines.command('channel.change', { channel, archived: true });
    const commands = [created, posted, deleted, archived];
    const first = [];
    for (const command of commands) first.push(await ines.submit(command));
    expect(first.map(({ ok }) => ok)).toEqual([true, true, true, true]);
    expect(await Promise.all(commands.map((command) => ines.submit(command)))).toEqual(first);

    const kofi = world.person('Kofi');
    const left = kofi.command('member.leave');
    const receipt = await kofi.submit(left);
    expect(receipt).toMatchObject({ ok: true });
    expect(await kofi.submit(left)).toEqual(receipt);
  });
});
