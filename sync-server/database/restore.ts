import { existsSync } from 'node:fs';
import path from 'node:path';
import type pg from 'pg';
import { restoreBackup, writeBackup } from './backup.ts';

export interface RestoreOptions {
  client: pg.Client;
  /** Folder of the backup. */
  backup: string;
  /** Whether what is in the database may be given up. */
  replace: boolean;
  /** Where the database as it was is kept first, when it is replaced. */
  keepIn: string;
  migrations?: string;
}

/**
 * Fills the database from a backup and raises the installation's epoch, so that devices that are ahead of the backup drop
 * their copies instead of mixing two histories (docs/SYNC.md, P6). A database with content is refused unless `replace`;
 * then it is written to `keepIn` first, and put back when the restore fails.
 * @returns path of what was replaced, or null when the database was empty
 */
export async function restore({ client, backup, replace, keepIn, migrations }: RestoreOptions): Promise<string | null> {
  if (!existsSync(path.join(backup, 'manifest.json'))) {
    throw new Error(`There is no complete backup of Hearth in ${backup}. Nothing was touched.`);
  }
  const isEmpty = await databaseIsEmpty(client);
  const options = migrations === undefined ? {} : { migrations };
  const before = isEmpty ? 0 : await readEpoch(client);
  if (isEmpty || !replace) {
    await restoreBackup({ client, backup, ...options });
    await raiseEpoch(client, before);
    return null;
  }
  const kept = await writeBackup({ client, folder: keepIn, reason: 'before-restore' });
  try {
    await clear(client);
    await restoreBackup({ client, backup, ...options });
  } catch (cause) {
    await clear(client);
    await restoreBackup({ client, backup: kept, ...options });
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`${backup} could not be restored: ${reason} The database is again as it was before.`, { cause });
  }
  await raiseEpoch(client, before);
  return kept;
}

async function databaseIsEmpty(client: pg.Client): Promise<boolean> {
  const { rows } = await client.query("select 1 from pg_tables where schemaname = 'public' limit 1");
  return rows.length === 0;
}

async function readEpoch(client: pg.Client): Promise<number> {
  const { rows: tables } = await client.query(
    "select 1 from pg_tables where schemaname = 'public' and tablename = 'instance'",
  );
  if (tables.length === 0) return 0;
  const { rows } = await client.query<{ epoch: string | null }>(
    "select value #>> '{}' as epoch from instance where key = 'epoch'",
  );
  return Number(rows[0]?.epoch ?? 0) || 0;
}

/** Above both histories, and by the clock: one backup restored twice, on two machines even, makes two epochs. */
async function raiseEpoch(client: pg.Client, before: number): Promise<void> {
  const epoch = Math.max(before, await readEpoch(client), Date.now() - 1) + 1;
  await client.query(
    "insert into instance (key, value) values ('epoch', $1) on conflict (key) do update set value = excluded.value",
    [JSON.stringify(epoch)],
  );
}

/** Jobs that wait belong to the history that is given up. */
async function clear(client: pg.Client): Promise<void> {
  await client.query('drop schema if exists pgboss cascade');
  await client.query('drop schema public cascade');
  await client.query('create schema public');
}
