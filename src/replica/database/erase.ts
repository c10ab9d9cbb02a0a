import { Dexie } from 'dexie';
import { refuse } from '#kernel/refusals.ts';
import type { LostAccess } from '../places/patch.ts';
import { channelChain, membersChain } from './chains.ts';
import { dropSegment } from './room.ts';
import type { DeviceDatabase } from './database.ts';
import type { ChainName } from './rows.ts';

/** Removes a chain's copy: documents, view, text, position. Runs inside the caller's transaction. */
async function dropChain(db: DeviceDatabase, chain: ChainName): Promise<void> {
  await db.chunks.where('[chain+chunk]').between([chain, Dexie.minKey], [chain, Dexie.maxKey]).delete();
  await db.texts.where('[chain+n]').between([chain, Dexie.minKey], [chain, Dexie.maxKey]).delete();
  await db.snapshots.where('doc').startsWith(`${chain}/`).delete();
  await db.updates
    .where('[doc+seq]')
    .between([`${chain}/`, Dexie.minKey], [`${chain}/\uffff`, Dexie.maxKey])
    .delete();
  await db.chains.delete(chain);
}

const copies = (db: DeviceDatabase) => [db.chunks, db.texts, db.snapshots, db.updates, db.chains];

/**
 * Erases what a person lost access to, in one transaction (O7): copies and drafts go, what waits there is refused with its
 * texts kept. Returns the chains that are gone.
 */
export async function eraseLost(db: DeviceDatabase, lost: LostAccess): Promise<ChainName[]> {
  return db.transaction('rw', [...copies(db), db.drafts, db.marks, db.outbox, db.kept], async () => {
    const inside = await db.chains.where('community').anyOf(lost.communities).primaryKeys();
    const chains = [...new Set([...inside, ...lost.channels.map(channelChain), ...lost.communities.map(membersChain)])];
    for (const chain of chains) await dropChain(db, chain);
    const channels = [
      ...new Set([
        ...lost.channels,
        ...inside.filter((chain) => chain.startsWith('channel/')).map((chain) => chain.slice(8)),
      ]),
    ];
    await db.drafts.bulkDelete(channels);
    await db.marks.bulkDelete(channels);
    await db.kept.bulkDelete(lost.communities);
    const isLost = (channel: string | null, community: string | null): boolean =>
      (channel !== null && channels.includes(channel)) || (community !== null && lost.communities.includes(community));
    const rows = await db.outbox.toArray();
    for (const row of rows.filter(({ channel, community }) => isLost(channel, community))) {
      if (row.state === 'accepted') await db.outbox.delete(row.order);
      else if (row.state !== 'refused')
        await db.outbox.put({ ...row, state: 'refused', refusal: refuse('unavailable') });
    }
    return chains;
  });
}

/** Erases copies only: another epoch (P6), or a lease that ran out. Outbox, drafts and marks stay. */
export async function eraseCopies(db: DeviceDatabase, communities: string[] | 'all'): Promise<ChainName[]> {
  return db.transaction('rw', copies(db), async () => {
    const chains =
      communities === 'all'
        ? await db.chains.toCollection().primaryKeys()
        : await db.chains.where('community').anyOf(communities).primaryKeys();
    if (communities === 'all') for (const table of copies(db)) await table.clear();
    else for (const chain of chains) await dropChain(db, chain);
    return chains;
  });
}

/** Removes some segments of a chain that the keep policy no longer wants. */
export async function dropSegments(db: DeviceDatabase, chain: ChainName, segments: number[]): Promise<void> {
  await db.transaction('rw', copies(db), async () => {
    const row = await db.chains.get(chain);
    if (!row) return;
    for (const n of segments) await dropSegment(db, chain, n);
    await db.chains.put({ ...row, segments: row.segments.filter(({ n }) => !segments.includes(n)) });
  });
}
