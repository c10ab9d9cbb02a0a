import 'fake-indexeddb/auto';
import { expect, test } from 'vitest';
import { ulid } from '#kernel/ids.ts';
import { buildRow } from '#tests/support/outbox-row.ts';
import { accountsOnDevice, DeviceDatabase, deleteDatabase } from './database.ts';
import { beginningWith } from './table.ts';

test('rows are read in the order of the keys that were asked for, undefined where there is none', async () => {
  const db = new DeviceDatabase(ulid(), 'relaxed');
  expect(await db.places.get('places')).toBeUndefined();
  await db.marks.putMany([
    { channel: 'a', read: 1 },
    { channel: 'b', read: 2 },
  ]);
  expect(await db.marks.getMany(['b', 'nowhere', 'a'])).toEqual([
    { channel: 'b', read: 2 },
    undefined,
    { channel: 'a', read: 1 },
  ]);
  db.close();
});

test('the outbox counts its rows in the order they were written, and takes each command once', async () => {
  const db = new DeviceDatabase(ulid(), 'relaxed');
  const [{ order: _first, ...first }, { order: _second, ...second }] = [buildRow({}), buildRow({})];
  await db.outbox.add(first);
  await db.outbox.add(second);
  expect((await db.outbox.getAll()).map(({ order, id }) => [order, id])).toEqual([
    [1, first.id],
    [2, second.id],
  ]);
  await expect(db.outbox.add(first)).rejects.toMatchObject({ name: 'ConstraintError' });
  expect((await db.outbox.getBy('id', second.id))?.order).toBe(2);
  db.close();
});

test('keys of a chain are its own, not those of one whose name begins alike', async () => {
  const db = new DeviceDatabase(ulid(), 'relaxed');
  const row = { built: 1, records: [], people: {}, reactions: {} };
  for (const chain of ['channel/A', 'channel/AB']) {
    await db.chunks.putMany([
      { chain, chunk: 0, ...row },
      { chain, chunk: 7, ...row },
    ]);
  }
  expect((await db.chunks.getAll(beginningWith('channel/A'))).map(({ chunk }) => chunk)).toEqual([0, 7]);
  await db.chunks.delete(beginningWith('channel/A'));
  expect((await db.chunks.getAll()).map(({ chain }) => chain)).toEqual(['channel/AB', 'channel/AB']);
  db.close();
});

test('of a transaction that fails nothing is written, and its error is the first one', async () => {
  const db = new DeviceDatabase(ulid(), 'strict');
  const row = buildRow({ order: 1 });
  await db.outbox.add(row);
  const failing = db.transaction(['marks', 'outbox'], async (tables) => {
    await tables.marks.put({ channel: 'a', read: 1 });
    await tables.outbox.add(row);
  });
  await expect(failing).rejects.toMatchObject({ name: 'ConstraintError' });
  const thrown = db.transaction(['marks'], async (tables) => {
    await tables.marks.put({ channel: 'a', read: 1 });
    throw new Error('changed its mind');
  });
  await expect(thrown).rejects.toThrow('changed its mind');
  expect(await db.marks.getAll()).toEqual([]);
  db.close();
});

test('an open database is not in the way of an account being erased, and a closed one stays closed', async () => {
  const account = ulid();
  const db = new DeviceDatabase(account, 'relaxed');
  await db.marks.put({ channel: 'a', read: 1 });
  expect(await accountsOnDevice()).toContain(account);
  await deleteDatabase(account);
  expect(await accountsOnDevice()).not.toContain(account);
  expect(await db.marks.getAll()).toEqual([]);
  db.close();
  await expect(db.marks.getAll()).rejects.toMatchObject({ name: 'InvalidStateError' });
});
