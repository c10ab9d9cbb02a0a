import { CHUNK, SEGMENT } from '#kernel/records.ts';
import type { DeviceDatabase, Tables } from './database.ts';
import { isQuotaError } from './quota.ts';
import type { ChainName, ChainRow, KeptSegment } from './rows.ts';
import { beginningWith } from './table.ts';

/** Segments thrown out at once: about a megabyte, so that a full device is not asked again for every message. */
const EVICTED_AT_ONCE = 8;
const TRIES = 6;

export interface Evicted {
  chain: ChainName;
  n: number;
}

/** Removes one segment's document, view and text. Runs inside the caller's transaction. */
export async function dropSegment(tables: Tables, chain: ChainName, n: number): Promise<void> {
  const doc = `${chain}/${n}`;
  const first = (n * SEGMENT) / CHUNK;
  await tables.snapshots.delete(doc);
  await tables.updates.delete(beginningWith(doc));
  await tables.chunks.delete(IDBKeyRange.bound([chain, first], [chain, first + SEGMENT / CHUNK], false, true));
  await tables.texts.delete([chain, n]);
}

/** Oldest first; the newest segment of a chain is what its first paint needs, so it goes last of all. */
function oldestFirst(rows: ChainRow[]): { chain: ChainName; segment: KeptSegment; newest: boolean }[] {
  return rows
    .flatMap(({ chain, segments }) => {
      const head = Math.max(...segments.map((segment) => segment.n));
      return segments.map((segment) => ({ chain, segment, newest: segment.n === head }));
    })
    .sort((a, b) => Number(a.newest) - Number(b.newest) || a.segment.to - b.segment.to);
}

/** Makes room by removing the oldest segments on the device; outbox, drafts and places are never touched (O5). */
export async function evictOldest(
  db: DeviceDatabase,
  isWanted: (chain: ChainName, n: number) => boolean,
): Promise<Evicted[]> {
  return db.transaction(['snapshots', 'updates', 'chunks', 'texts', 'chains'], async (tables) => {
    const rows = await tables.chains.getAll();
    const leaving = oldestFirst(rows)
      .filter(({ chain, segment }) => !isWanted(chain, segment.n))
      .slice(0, EVICTED_AT_ONCE);
    for (const { chain, segment } of leaving) {
      await dropSegment(tables, chain, segment.n);
      const row = rows.find((other) => other.chain === chain);
      if (!row) continue;
      row.segments = row.segments.filter((other) => other.n !== segment.n);
      row.stop = Math.max(row.stop ?? 0, segment.n + 1);
      await tables.chains.put(row);
    }
    return leaving.map(({ chain, segment }) => ({ chain, n: segment.n }));
  });
}

export interface Room {
  isWanted?(chain: ChainName, n: number): boolean;
  onEvicted?(evicted: Evicted[]): void;
}

/** Runs a write; while the device is full, evicts and tries again. Throws the quota error when nothing is left to evict. */
export async function withRoom<T>(db: DeviceDatabase, room: Room, write: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await write();
    } catch (error) {
      if (!isQuotaError(error) || attempt > TRIES) throw error;
      const evicted = await evictOldest(db, room.isWanted ?? (() => false));
      if (evicted.length === 0) throw error;
      room.onEvicted?.(evicted);
    }
  }
}
