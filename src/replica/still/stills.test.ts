import 'fake-indexeddb/auto';
import { afterEach, expect, test, vi } from 'vitest';
import { ulid } from '#kernel/ids.ts';
import { buildRow } from '#tests/support/outbox-row.ts';
import { DeviceDatabase } from '../database/database.ts';
import { databaseName } from '../database/names.ts';
import type { PlacesRow, Still } from '../database/rows.ts';
import { settled } from '../database/table.ts';
import { findStills } from './find-stills.ts';
import { keepStill } from './keep-still.ts';
import { withStills } from './with-stills.ts';

const DAY = 86_400_000;
const path = '/c/harbour/general';
const open: DeviceDatabase[] = [];
afterEach(() => {
  vi.useRealTimers();
  for (const db of open.splice(0)) db.close();
});

const still = (html: string): Still => ({ version: 'now', html, hashes: [`'sha256-${html}'`] });

/** A device that heard from the server a moment ago; its community's copies may be kept for thirty days. */
async function openDevice(account = ulid()): Promise<DeviceDatabase> {
  const db = new DeviceDatabase(account, 'relaxed');
  open.push(db);
  const communities = [{ leaseDays: 90 }, { leaseDays: 30 }];
  await db.places.put({ key: 'places', places: { communities }, heard: Date.now() } as unknown as PlacesRow);
  return db;
}

test('a screen is found by its path, for the version that drew it, while its copies may be kept', async () => {
  const at = ulid();
  const db = await openDevice();
  await keepStill(db, at, async () => still('lamp'));
  expect(await findStills(at, 'now', Date.now())).toEqual([still('lamp')]);
  expect(await findStills(path, 'now', Date.now())).toEqual([]);
  expect(await findStills(at, 'later', Date.now())).toEqual([]);
  expect(await findStills(at, 'now', Date.now() + 31 * DAY)).toEqual([]);
  await keepStill(db, at, async () => null);
  expect(await db.stills.getAll()).toEqual([]);
});

test('a change of what screens are drawn from takes all of them away with it (O8)', async () => {
  const db = await openDevice();
  await keepStill(db, path, async () => still('lamp'));
  await db.marks.put({ channel: 'general', read: 1 });
  expect(await db.stills.getAll()).toHaveLength(1);
  const chunk = { chain: 'channel/A', chunk: 0, built: 1, records: [], people: {}, reactions: {} };
  const failing = db.transaction(['chunks'], async (tables) => {
    await tables.chunks.put(chunk);
    throw new Error('changed its mind');
  });
  await expect(failing).rejects.toThrow('changed its mind');
  expect(await db.stills.getAll()).toHaveLength(1);
  await db.chunks.put(chunk);
  expect(await db.stills.getAll()).toEqual([]);
});

test('a screen that changes while it is drawn is not kept (O8)', async () => {
  const db = await openDevice();
  await keepStill(db, path, async () => {
    await db.snapshots.put({ doc: 'channel/A/0', bytes: new Uint8Array() });
    return still('lamp');
  });
  expect(await db.stills.getAll()).toEqual([]);
});

test('a page that goes while it draws leaves what was kept of it, as long as nothing changed (O8)', async () => {
  const at = ulid();
  const db = await openDevice();
  await keepStill(db, at, async () => still('lamp'));
  const begun = new Promise<void>((resolve) => {
    const never = new Promise<null>(() => undefined);
    void keepStill(db, at, () => (resolve(), never));
  });
  await begun;
  expect(await findStills(at, 'now', Date.now())).toEqual([still('lamp')]);
  await db.snapshots.put({ doc: 'channel/A/0', bytes: new Uint8Array() });
  expect(await db.stills.getAll()).toEqual([]);
});

test('only the last few screens are kept', async () => {
  const db = await openDevice();
  vi.useFakeTimers({ toFake: ['Date'] });
  for (let at = 0; at < 9; at++) {
    vi.setSystemTime(Date.now() + 1);
    await keepStill(db, `/c/harbour/${at}`, async () => still(String(at)));
  }
  expect((await db.stills.getAll()).map((row) => row.still?.html)).toEqual(['3', '4', '5', '6', '7', '8']);
});

test('a device of an earlier version gets the table, and keeps what it had', async () => {
  const account = ulid();
  const { order: _, ...row } = buildRow({});
  const request = indexedDB.open(databaseName(account), 10);
  request.onupgradeneeded = () =>
    request.result
      .createObjectStore('outbox', { keyPath: 'order', autoIncrement: true })
      .createIndex('id', 'id', { unique: true });
  const before = await settled(request);
  await settled(before.transaction('outbox', 'readwrite').objectStore('outbox').add(row));
  before.close();
  const db = await openDevice(account);
  await keepStill(db, path, async () => still('lamp'));
  expect(await db.stills.getAll()).toHaveLength(1);
  expect(await db.outbox.getAll()).toMatchObject([row]);
});

test('a page is answered with its pictures, and its policy allows their styles and nothing else', async () => {
  const policy = "script-src 'self'; style-src 'self' 'unsafe-hashes'";
  const shell = new Response('<html><head></head><body>\n<div id="app"></div></body></html>', {
    headers: { 'content-type': 'text/html', 'content-security-policy': policy },
  });
  const page = await withStills(shell, [still('<p>$&</p>')]);
  expect(await page.text()).toBe(
    '<html><head><link rel="expect" href="#app" blocking="render" /></head><body><p>$&</p>\n<div id="app"></div></body></html>',
  );
  expect(page.headers.get('content-type')).toBe('text/html');
  expect(page.headers.get('content-security-policy')).toBe(
    "script-src 'self'; style-src 'sha256-<p>$&</p>' 'self' 'unsafe-hashes'",
  );
});
