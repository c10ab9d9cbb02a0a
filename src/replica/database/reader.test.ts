import 'fake-indexeddb/auto';
import { expect, test } from 'vitest';
import { ulid } from '#kernel/ids.ts';
import { DeviceDatabase } from './database.ts';
import { databaseName } from './names.ts';
import { DeviceReader } from './reader.ts';

test('a new device reads nothing, and its tables are made', async () => {
  const account = ulid();
  const reader = new DeviceReader(account);
  expect(await reader.get('places', 'places')).toBeUndefined();
  expect(await reader.getAll('outbox')).toEqual([]);
  reader.close();
});

/** What the browser knows of the tables of a database. */
function tablesOf(db: IDBDatabase): unknown[] {
  const stores = db.transaction([...db.objectStoreNames]);
  return [...db.objectStoreNames].map((name) => {
    const { keyPath, autoIncrement, indexNames, index } = stores.objectStore(name);
    const indexes = [...indexNames].map((one) => index.call(stores.objectStore(name), one));
    return { name, keyPath, autoIncrement, indexes: indexes.map((one) => [one.name, one.keyPath, one.unique]) };
  });
}

test('tables made without Dexie are those that Dexie makes, and it writes into them', async () => {
  const account = ulid();
  const reader = new DeviceReader(account);
  await reader.getAll('outbox');
  const [ours, theirs] = [new DeviceDatabase(account, 'relaxed'), new DeviceDatabase(ulid(), 'relaxed')];
  await ours.marks.put({ channel: 'a', read: 1 });
  await theirs.open();
  expect(tablesOf(ours.backendDB())).toEqual(tablesOf(theirs.backendDB()));
  expect(await reader.get('marks', 'a')).toEqual({ channel: 'a', read: 1 });
  reader.close();
  await Promise.all([ours.delete(), theirs.delete()]);
});

test('what Dexie writes is read, in the order of the keys that were asked for', async () => {
  const account = ulid();
  const db = new DeviceDatabase(account, 'relaxed');
  await db.marks.bulkPut([
    { channel: 'a', read: 1 },
    { channel: 'b', read: 2 },
  ]);
  const reader = new DeviceReader(account);
  expect(await reader.getMany('marks', ['b', 'nowhere', 'a'])).toEqual([
    { channel: 'b', read: 2 },
    undefined,
    { channel: 'a', read: 1 },
  ]);
  expect(await reader.getAll('marks')).toHaveLength(2);
  reader.close();
  await db.delete();
});

test('an open reader is not in the way of an account being erased', async () => {
  const account = ulid();
  const reader = new DeviceReader(account);
  await reader.getAll('marks');
  await new DeviceDatabase(account, 'relaxed').delete();
  expect((await indexedDB.databases()).map(({ name }) => name)).not.toContain(databaseName(account));
});
