import type { Places } from '#kernel/places.ts';
import type { DeviceDatabase } from '../database/database.ts';
import type { ChainRow, OutboxRow } from '../database/rows.ts';
import { communityOfChannel } from '../places/patch.ts';

/** Whether what an accepted command did can be seen in confirmed data, so that predicting it is no longer needed. */
export function isSeen(row: OutboxRow, chains: ReadonlyMap<string, ChainRow>, places: Places): boolean {
  if (row.state !== 'accepted') return false;
  const pos = row.pos ?? 0;
  if (row.seenIn === 'places') {
    const community = places.communities.find(({ id }) => id === row.community);
    return !community || community.pos >= pos;
  }
  if (row.seenIn === null) return true;
  const chain = chains.get(row.seenIn);
  if (!chain) return !row.channel || !communityOfChannel(places, row.channel) || row.no === undefined;
  return chain.pos >= pos;
}

/** Removes accepted commands whose effect has arrived. Returns whether there were any. */
export async function settleSeen(db: DeviceDatabase, places: Places): Promise<boolean> {
  const accepted = (await db.outbox.toArray()).filter(({ state }) => state === 'accepted');
  if (accepted.length === 0) return false;
  const names = [...new Set(accepted.flatMap(({ seenIn }) => (seenIn && seenIn !== 'places' ? [seenIn] : [])))];
  const chains = new Map((await db.chains.bulkGet(names)).flatMap((row) => (row ? [[row.chain, row] as const] : [])));
  const seen = accepted.filter((row) => isSeen(row, chains, places));
  await db.outbox.bulkDelete(seen.map(({ order }) => order));
  return seen.length > 0;
}
