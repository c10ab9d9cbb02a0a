import 'fake-indexeddb/auto';
import { afterEach, expect, test } from 'vitest';
import { ChainAuthor } from '#tests/support/chain-author.ts';
import { TestDevice } from '#tests/support/device.ts';
import { Documents } from './documents.ts';

const devices: TestDevice[] = [];
afterEach(async () => {
  for (const device of devices.splice(0)) {
    expect(device.troubles).toEqual([]);
    await device.erase();
  }
});

function buildDevice(): TestDevice {
  const device = new TestDevice();
  devices.push(device);
  return device;
}

/** Delivers log rows as a socket would. */
async function deliver(device: TestDevice, author: ChainAuthor, rows = author.log): Promise<void> {
  for (const { document, update } of rows) {
    (await device.documents.open(document)).receive(update);
    device.documents.markWhole(document);
  }
  await device.documents.flush();
}

test('what was said is in the view, with names and reactions, once it is written', async () => {
  const device = buildDevice();
  const author = new ChainAuthor();
  const first = author.post('Good morning');
  author.post('Morning!', { by: 'cleo', name: 'Cleo' });
  author.react(first, '🌱', 'cleo');
  await deliver(device, author);
  expect(await device.view(author.chain)).toEqual([
    { no: 0, body: 'Good morning', name: 'Ben', reactions: ['🌱 1'] },
    { no: 1, body: 'Morning!', name: 'Cleo', reactions: [] },
  ]);
});

test('P5: updates late, twice and out of order give the same view', async () => {
  const author = new ChainAuthor();
  const ids = Array.from({ length: 12 }, (_, at) => author.post(`message ${at}`));
  author.edit(ids[3] ?? '', 'changed');
  author.erase(ids[5] ?? '');
  author.rename('ben', 'Benno');
  const inOrder = buildDevice();
  await deliver(inOrder, author);
  const shuffled = buildDevice();
  const rows = author.log.map((row, at) => ({ row, key: (at * 7) % 13 })).sort((a, b) => a.key - b.key);
  for (const { row } of rows) await deliver(shuffled, author, [row]);
  await deliver(shuffled, author, author.log.slice(4));
  expect(await shuffled.view(author.chain)).toEqual(await inOrder.view(author.chain));
  expect((await shuffled.view(author.chain)).map(({ name }) => name)).toEqual(
    Array.from({ length: 11 }, () => 'Benno'),
  );
});

test('E1: an erased text leaves documents, view and search of the device together', async () => {
  const device = buildDevice();
  const author = new ChainAuthor();
  author.post('harmless');
  const secret = author.post('the secret place');
  await deliver(device, author);
  expect(await device.everything()).toContain('the secret place');
  author.erase(secret);
  await deliver(device, author, author.log.slice(-1));
  expect(await device.everything()).not.toContain('secret place');
  expect(await device.bodies(author.chain)).toEqual(['harmless']);
});

test('E1: erasing all of the newest chunk leaves it empty, not as it was', async () => {
  const device = buildDevice();
  const author = new ChainAuthor();
  for (let at = 0; at < 100; at++) author.post(`old ${at}`);
  const last = author.post('only one in its chunk');
  await deliver(device, author);
  author.erase(last);
  await deliver(device, author, author.log.slice(-1));
  expect(await device.everything()).not.toContain('only one in its chunk');
  expect(await device.db.chunks.get([author.chain, 1])).toMatchObject({ records: [] });
});

test('E1: an edit leaves nothing of the text before it', async () => {
  const device = buildDevice();
  const author = new ChainAuthor();
  const id = author.post('my number is 555-0100');
  await deliver(device, author);
  author.edit(id, 'never mind');
  await deliver(device, author, author.log.slice(-1));
  expect(await device.everything()).not.toContain('555-0100');
});

test('many small updates become one snapshot', async () => {
  const device = buildDevice();
  const author = new ChainAuthor();
  for (let at = 0; at < 250; at++) {
    author.post(`message ${at}`);
    await deliver(device, author, author.log.slice(-1));
  }
  expect(await device.db.updates.count()).toBeLessThan(200);
  expect(await device.bodies(author.chain)).toHaveLength(250);
});

test('a device that starts again goes on from what it wrote', async () => {
  const device = buildDevice();
  const author = new ChainAuthor();
  author.post('before');
  await deliver(device, author);
  author.post('after');
  const restarted = new Documents(device.db, {
    account: device.account,
    room: {},
    communityOf: () => 'garden',
    onWritten: () => undefined,
    onTrouble: (error) => device.troubles.push(error),
  });
  const row = author.log.at(-1);
  const document = await restarted.open(row?.document ?? '');
  document.receive(row?.update ?? new Uint8Array());
  await restarted.flush();
  expect(await device.bodies(author.chain)).toEqual(['before', 'after']);
});

test('a text that is also the name of something in the language is a text', async () => {
  const device = buildDevice();
  const author = new ChainAuthor();
  for (const body of ['constructor', '__proto__', 'toString']) author.post(body);
  await deliver(device, author);
  expect(await device.bodies(author.chain)).toEqual(['constructor', '__proto__', 'toString']);
});

test('D1: a new segment takes its own chunks', async () => {
  const device = buildDevice();
  const author = new ChainAuthor();
  author.skipTo(998);
  for (const body of ['a', 'b', 'c', 'd']) author.post(body);
  await deliver(device, author);
  expect(await device.view(author.chain)).toMatchObject([{ no: 998 }, { no: 999 }, { no: 1000 }, { no: 1001 }]);
  expect((await device.db.chains.get(author.chain))?.segments.map(({ n, records }) => [n, records])).toEqual([
    [0, 2],
    [1, 2],
  ]);
});

test('what belongs to no place any more does not reach the device', async () => {
  const device = buildDevice();
  const author = new ChainAuthor();
  author.post('closed meanwhile');
  const documents = new Documents(device.db, {
    account: device.account,
    room: {},
    communityOf: () => undefined,
    onWritten: () => undefined,
    onTrouble: (error) => device.troubles.push(error),
  });
  const document = await documents.open(`${author.chain}/0`);
  document.receive(author.log[0]?.update ?? new Uint8Array());
  documents.markWhole(document.name);
  await documents.flush();
  expect(await device.everything()).not.toContain('closed meanwhile');
});
