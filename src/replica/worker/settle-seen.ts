import { segmentOf } from '#kernel/records.ts';
import type { Places } from '#kernel/places.ts';
import type { DeviceDatabase } from '../database/database.ts';
import type { ChainName, ChainRow, OutboxRow } from '../database/rows.ts';
import { communityOfChannel } from '../places/patch.ts';

export interface Confirmed {
  places: Places;
  chains: ReadonlyMap<ChainName, ChainRow>;
  /** A document the socket keeps current: an update comes before the receipt of the command that made it (A2). */
  isLive(document: string): boolean;
}

/** Whether what an accepted command did can be seen in confirmed data, so that predicting it is no longer needed. */
export function isSeen(row: OutboxRow, { places, chains, isLive }: Confirmed): boolean {
  if (row.state !== 'accepted') return false;
  const pos = row.pos ?? 0;
  if (row.seenIn === null) return true;
  if (row.seenIn === 'places') {
    const community = places.communities.find(({ id }) => id === row.community);
    return !community || community.pos >= pos;
  }
  const no = row.no ?? row.about;
  if (no !== undefined && isLive(`${row.seenIn}/${segmentOf(no)}`)) return true;
  const chain = chains.get(row.seenIn);
  if (!chain) return !row.channel || !communityOfChannel(places, row.channel) || row.no === undefined;
  return chain.pos >= pos;
}

export interface SettledRows {
  /** Whether any left the outbox. */
  some: boolean;
  /** How far chains must be for the rest. */
  behind: Map<ChainName, number>;
}

/** Removes accepted commands whose effect has arrived. */
export async function settleSeen(
  db: DeviceDatabase,
  places: Places,
  isLive: Confirmed['isLive'],
): Promise<SettledRows> {
  const behind = new Map<ChainName, number>();
  const accepted = (await db.outbox.getAll()).filter(({ state }) => state === 'accepted');
  if (accepted.length === 0) return { some: false, behind };
  const names = [...new Set(accepted.flatMap(({ seenIn }) => (seenIn && seenIn !== 'places' ? [seenIn] : [])))];
  const rows = await db.chains.getMany(names);
  const chains = new Map(rows.flatMap((row) => (row ? [[row.chain, row] as const] : [])));
  const seen = accepted.filter((row) => isSeen(row, { places, chains, isLive }));
  await db.outbox.deleteMany(seen.map(({ order }) => order));
  for (const row of accepted) {
    if (seen.includes(row) || row.seenIn === null || row.seenIn === 'places') continue;
    behind.set(row.seenIn, Math.max(behind.get(row.seenIn) ?? 0, row.pos ?? 0));
  }
  return { some: seen.length > 0, behind };
}
