import { Dexie, type Table } from 'dexie';
import { accountOf, databaseName, SCHEMA } from './names.ts';
import { STORES } from './stores.ts';
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
  TextRow,
  UpdateRow,
} from './rows.ts';

/** An outbox row before the database gave it its place in the order. */
export type NewOutboxRow = Omit<OutboxRow, 'order'>;

/** Everything one account keeps on this device. Two accounts never share a database, a lock, a channel or a sync tag. */
export class DeviceDatabase extends Dexie {
  declare snapshots: Table<SnapshotRow, string>;
  declare updates: Table<UpdateRow, [string, number]>;
  declare chunks: Table<ChunkRow, [string, number]>;
  declare texts: Table<TextRow, [string, number]>;
  declare chains: Table<ChainRow, string>;
  declare outbox: Table<OutboxRow, number, NewOutboxRow>;
  declare drafts: Table<DraftRow, string>;
  declare marks: Table<MarkRow, string>;
  declare places: Table<PlacesRow, string>;
  declare settings: Table<SettingRow, string>;
  declare kept: Table<KeptRow, string>;

  /** `strict` waits for the disk with every commit: for whoever writes what only this device has. */
  constructor(account: string, durability: 'strict' | 'relaxed') {
    super(databaseName(account), { chromeTransactionDurability: durability });
    this.version(SCHEMA).stores(STORES);
  }
}

/** The accounts that keep something on this device, where the browser can list its databases. */
export async function accountsOnDevice(): Promise<string[]> {
  const names = await Dexie.getDatabaseNames();
  return names.flatMap((name) => accountOf(name) ?? []);
}

export async function deleteDatabase(account: string): Promise<void> {
  await Dexie.delete(databaseName(account));
}
