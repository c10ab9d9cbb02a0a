import { afterAll, beforeAll, expect, it } from 'vitest';
import { serveWorld, type ServedWorld } from '#tests/support/served-world.ts';

let world: ServedWorld;
beforeAll(async () => {
  world = await serveWorld({ people: { Ines: 'owner', Kofi: 'member' } });
});
afterAll(() => world.stop());

it('two servers that both believe to be the only one lose and double nothing: one at a time holds the pen (A1, C1)', async () => {
  const channel = world.channel('general');
  const before = await world.device('Kofi').connect();
  await before.answer(before.send('message.post', { channel, body: 'Before the split.' }));
  const old = world.person('Kofi');
  await world.restart({ beside: true });
  const kofi = await world.device('Kofi', { number: 2 }).connect();
  const ines = await world.device('Ines', { number: 3 }).connect();
  // Through the old server and the new one, at the same time, on the same partition.
  const throughOld = Array.from({ length: 30 }, (_, n) => old.command('message.post', { channel, body: `Old ${n}.` }));
  const answers = throughOld.map((command) => old.submit(command));
  for (let n = 0; n < 30; n++) {
    kofi.send('message.post', { channel, body: `New ${n}.` });
    ines.send('message.post', { channel, body: `Newer ${n}.` });
    if (n % 10 === 0) await new Promise(setImmediate);
  }
  await kofi.until(() => kofi.unanswered.length === 0, 'every answer');
  await ines.until(() => ines.unanswered.length === 0, 'every answer');
  const receipts = [
    ...(await Promise.all(answers)),
    ...kofi.outbox.map(({ receipt }) => receipt),
    ...ines.outbox.map(({ receipt }) => receipt),
  ];
  expect(receipts.filter((receipt) => receipt?.ok)).toHaveLength(90);
  const { records } = await world.readChannel();
  expect(records.map(({ no }) => no)).toEqual(Array.from({ length: 91 }, (_, n) => n));
  expect(new Set(records.map(({ id }) => id)).size).toBe(91);
  // What was answered through one server is known to the other.
  const [again] = throughOld;
  const door = { ...old.door, id: 'another door' };
  expect(await world.current().gate.submitAndWait(again, door)).toEqual(receipts[0]);
});
