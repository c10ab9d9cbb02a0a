import { refuse } from '#kernel/refusals.ts';
import type { LostAccess } from '../places/patch.ts';
import { channelChain, membersChain } from './chains.ts';
import { dropSegment } from './room.ts';
import type { DeviceDatabase, Tables } from './database.ts';
import type { ChainName } from './rows.ts';
import type { TableName } from './stores.ts';
import { beginningWith } from './table.ts';

/** Removes a chain's copy: documents, view, text, position. Runs inside the caller's transaction. */
async function dropChain(tables: Tables, chain: ChainName): Promise<void> {
  await tables.chunks.delete(beginningWith(chain));
  await tables.texts.delete(beginningWith(chain));
  await tables.snapshots.delete(IDBKeyRange.bound(`${chain}/`, `${chain}/\uffff`));
  await tables.updates.delete(IDBKeyRange.bound([`${chain}/`], [`${chain}/\uffff`, []]));
  await tables.chains.delete(chain);
}

const COPIES: TableName[] = ['chunks', 'texts', 'snapshots', 'updates', 'chains'];

async function chainsOf(tables: Tables, communities: string[]): Promise<ChainName[]> {
  const rows = await Promise.all(communities.map((community) => tables.chains.getAllBy('community', community)));
  return rows.flat().map(({ chain }) => chain);
}

/**
 * Erases what a person lost access to, in one transaction (O7): copies and drafts go, what waits there is refused with its
 * texts kept. Returns the chains that are gone.
 */
export async function eraseLost(db: DeviceDatabase, lost: LostAccess): Promise<ChainName[]> {
  return db.transaction([...COPIES, 'drafts', 'marks', 'outbox', 'kept'], async (tables) => {
    const inside = await chainsOf(tables, lost.communities);
    const chains = [...new Set([...inside, ...lost.channels.map(channelChain), ...lost.communities.map(membersChain)])];
    for (const chain of chains) await dropChain(tables, chain);
    const channels = [
      ...new Set([
        ...lost.channels,
        ...inside.filter((chain) => chain.startsWith('channel/')).map((chain) => chain.slice(8)),
      ]),
    ];
    await tables.drafts.deleteMany(channels);
    await tables.marks.deleteMany(channels);
    await tables.kept.deleteMany(lost.communities);
    const isLost = (channel: string | null, community: string | null): boolean =>
      (channel !== null && channels.includes(channel)) || (community !== null && lost.communities.includes(community));
    const rows = await tables.outbox.getAll();
    for (const row of rows.filter(({ channel, community }) => isLost(channel, community))) {
      if (row.state === 'accepted') await tables.outbox.delete(row.order);
      else if (row.state !== 'refused')
        await tables.outbox.put({ ...row, state: 'refused', refusal: refuse('unavailable') });
    }
    return chains;
  });
}

/** Erases copies only: another epoch (P6), or a lease that ran out. Outbox, drafts and marks stay. */
export async function eraseCopies(db: DeviceDatabase, communities: string[] | 'all'): Promise<ChainName[]> {
  return db.transaction(COPIES, async (tables) => {
    const chains =
      communities === 'all'
        ? (await tables.chains.getAll()).map(({ chain }) => chain)
        : await chainsOf(tables, communities);
    if (communities === 'all') for (const name of COPIES) await tables[name].clear();
    else for (const chain of chains) await dropChain(tables, chain);
    return chains;
  });
}

/** Removes some segments of a chain that the keep policy no longer wants. */
export async function dropSegments(db: DeviceDatabase, chain: ChainName, segments: number[]): Promise<void> {
  await db.transaction(COPIES, async (tables) => {
    const row = await tables.chains.get(chain);
    if (!row) return;
    for (const n of segments) await dropSegment(tables, chain, n);
    await tables.chains.put({ ...row, segments: row.segments.filter(({ n }) => !segments.includes(n)) });
  });
}
