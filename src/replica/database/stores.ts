import type {
  ChainRow,
  ChunkRow,
  DraftRow,
  KeptRow,
  MarkRow,
  OutboxRow,
  PlacesRow,
  SettingRow,
  SnapshotRow,
  StillRow,
  TextRow,
  UpdateRow,
} from './rows.ts';

/** The tables of a device, and what their rows are. */
export interface Rows {
  snapshots: SnapshotRow;
  updates: UpdateRow;
  chunks: ChunkRow;
  texts: TextRow;
  chains: ChainRow;
  outbox: OutboxRow;
  drafts: DraftRow;
  marks: MarkRow;
  places: PlacesRow;
  settings: SettingRow;
  kept: KeptRow;
  stills: StillRow;
}

export type TableName = keyof Rows;

interface Store {
  key: string | string[];
  /** The database gives each new row the next key. */
  counts?: true;
  /** Looked up by, too; a unique one belongs to one row. */
  indexes?: Record<string, 'unique' | 'many'>;
}

const STORES: Record<TableName, Store> = {
  snapshots: { key: 'doc' },
  updates: { key: ['doc', 'seq'] },
  chunks: { key: ['chain', 'chunk'] },
  texts: { key: ['chain', 'n'] },
  chains: { key: 'chain', indexes: { community: 'many' } },
  outbox: { key: 'order', counts: true, indexes: { id: 'unique' } },
  drafts: { key: 'channel' },
  marks: { key: 'channel' },
  places: { key: 'key' },
  settings: { key: 'key' },
  kept: { key: 'community' },
  stills: { key: 'path' },
};

export const TABLES = Object.keys(STORES) as TableName[];

/** What stills are drawn from, apart from what this device adds itself: with any change of it they go, in the same transaction (O8). */
export const DRAWN_FROM: ReadonlySet<TableName> = new Set(['places', 'chains', 'chunks', 'snapshots', 'updates']);

/** Makes the tables that a database does not have yet. */
export function makeStores(db: IDBDatabase): void {
  for (const [name, { key, counts = false, indexes = {} }] of Object.entries(STORES)) {
    if (db.objectStoreNames.contains(name)) continue;
    const store = db.createObjectStore(name, { keyPath: key, autoIncrement: counts });
    for (const [index, kind] of Object.entries(indexes)) store.createIndex(index, index, { unique: kind === 'unique' });
  }
}
