import 'fake-indexeddb/auto';
import { afterEach, expect, test } from 'vitest';
import { ulid } from '#kernel/ids.ts';
import { DeviceDatabase } from './database.ts';
import { isQuotaError } from './quota.ts';
import { evictOldest, withRoom } from './room.ts';
import type { ChainRow } from './rows.ts';

const open: DeviceDatabase[] = [];
afterEach(() => {
  for (const db of open.splice(0)) db.close();
});

function buildDatabase(): DeviceDatabase {
  const db = new DeviceDatabase(ulid(), 'relaxed');
  open.push(db);
  return db;
}

/** A chain with segments of a year each, the newest last. */
async function keep(db: DeviceDatabase, chain: string, segments: number[]): Promise<void> {
  const row: ChainRow = {
    chain,
    community: 'c',
    pos: 9,
    next: 9000,
    segments: segments.map((n) => ({ n, bytes: 1, records: 1000, from: n * 1000, to: n * 1000 + 999 })),
  };
  await db.chains.put(row);
  for (const n of segments) {
    await db.snapshots.put({ doc: `${chain}/${n}`, bytes: new Uint8Array(1) });
    await db.chunks.put({ chain, chunk: n * 10, built: 1, records: [], people: {}, reactions: {} });
  }
}

const quota = () => new DOMException('full', 'QuotaExceededError');

test('a full disk is told from other trouble', () => {
  expect(isQuotaError(quota())).toBe(true);
  expect(isQuotaError(new Error('other'))).toBe(false);
  expect(isQuotaError(null)).toBe(false);
});

test('O5: the oldest segments go first, what is on a screen and the newest of a chain stay', async () => {
  const db = buildDatabase();
  await keep(db, 'channel/A', [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  await keep(db, 'channel/B', [20]);
  const evicted = await evictOldest(db, (chain, n) => chain === 'channel/A' && n === 0);
  expect(evicted.map(({ n }) => n)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  expect((await db.chains.get('channel/A'))?.segments.map(({ n }) => n)).toEqual([0, 9, 10]);
  expect(await db.snapshots.get('channel/A/1')).toBeUndefined();
  expect(await db.chunks.get(['channel/A', 10])).toBeUndefined();
  expect(await db.chunks.get(['channel/B', 200])).toBeDefined();
});

test('O5: a write that finds the device full gets room and is done; outbox rows are never what goes', async () => {
  const db = buildDatabase();
  await keep(db, 'channel/A', [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
  await db.outbox.add({ id: 'x' } as never);
  let failures = 2;
  const told: number[] = [];
  const result = await withRoom(db, { onEvicted: (evicted) => told.push(evicted.length) }, async () => {
    if (failures-- > 0) throw quota();
    return 'written';
  });
  expect(result).toBe('written');
  expect(told.length).toBeGreaterThan(0);
  expect(await db.outbox.count()).toBe(1);
});

test('with nothing left to evict the write fails, and says it was the room', async () => {
  const db = buildDatabase();
  const failing = withRoom(db, {}, () => Promise.reject(quota()));
  await expect(failing).rejects.toSatisfy(isQuotaError);
});

test('another error is passed on at once', async () => {
  const db = buildDatabase();
  let tries = 0;
  const failing = withRoom(db, {}, () => {
    tries++;
    return Promise.reject(new Error('constraint'));
  });
  await expect(failing).rejects.toThrow('constraint');
  expect(tries).toBe(1);
});
