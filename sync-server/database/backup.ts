import { createReadStream, createWriteStream, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createGzip } from 'node:zlib';
import type pg from 'pg';
import { from as copyFrom, to as copyTo } from 'pg-copy-streams';
import { applyMigration, createRecord, migrationsFolder, readMigrations } from './migrations.ts';

/** manifest.json of a backup's folder. Each table's rows lie beside it as `<name>.copy.gz`, in PostgreSQL's COPY text format. */
export type Manifest = {
  format: 1;
  writtenAt: string;
  /** Migrations that made the tables, in order. */
  migrations: string[];
  /** In an order in which rows may be inserted: a table after those it refers to. */
  tables: { name: string; columns: string[] }[];
  sequences: { name: string; last: string }[];
};

type Connected = { client: pg.Client };

/**
 * Writes every table of the schema `public`, as of one moment, while others go on writing.
 * Not pg_dump: the embedded PostgreSQL comes without it, and one of another version may not be used.
 * @param folder where backups lie; a new folder is made in it, and has its name only when it is complete
 * @returns path of the new folder
 */
export async function writeBackup({
  client,
  folder,
  reason,
}: Connected & { folder: string; reason: string }): Promise<string> {
  const writtenAt = new Date().toISOString();
  const target = path.join(folder, `${writtenAt.replaceAll(':', '-')}-${reason}`);
  const growing = `${target}.partial`;
  mkdirSync(growing, { recursive: true, mode: 0o700 });
  await client.query('begin isolation level repeatable read read only');
  try {
    const manifest = await describe(client, writtenAt);
    for (const { name, columns } of manifest.tables) {
      const rows = client.query(copyTo(`copy ${quote(client, name)} (${list(client, columns)}) to stdout`));
      const file = path.join(growing, `${name}.copy.gz`);
      await pipeline(rows, createGzip({ level: 5 }), createWriteStream(file, { mode: 0o600, flush: true }));
    }
    writeFileSync(path.join(growing, 'manifest.json'), JSON.stringify(manifest, null, 2), { mode: 0o600, flush: true });
  } finally {
    await client.query('rollback');
  }
  renameSync(growing, target);
  return target;
}

/**
 * Fills an empty database from a backup: the tables as the backup's version made them, then their rows, all in one transaction. Later migrations
 * are applied by the next start. Throws in words, leaving the database empty, when it is not empty or the backup is not complete.
 */
export async function restoreBackup({
  client,
  backup,
  migrations,
}: Connected & { backup: string; migrations?: string }): Promise<void> {
  const manifest = readManifest(backup);
  const { rows } = await client.query("select 1 from pg_tables where schemaname = 'public' limit 1");
  if (rows.length > 0) throw new Error('The database is not empty. Nothing was touched. Restore into a new one.');
  try {
    await applyNamed(client, manifest.migrations, migrations ?? migrationsFolder);
    await client.query('begin');
    for (const { name } of manifest.tables.toReversed()) await client.query(`delete from ${quote(client, name)}`);
    for (const { name, columns } of manifest.tables) {
      const into = client.query(copyFrom(`copy ${quote(client, name)} (${list(client, columns)}) from stdin`));
      await pipeline(createReadStream(path.join(backup, `${name}.copy.gz`)), createGunzip(), into);
    }
    for (const { name, last } of manifest.sequences)
      await client.query('select setval($1::regclass, $2)', [name, last]);
    await client.query('commit');
  } catch (error) {
    await client.query('rollback');
    await client.query('drop schema public cascade');
    await client.query('create schema public');
    throw error;
  }
}

async function applyNamed(client: pg.Client, names: string[], folder: string): Promise<void> {
  const known = new Map(readMigrations(folder).map((migration) => [migration.name, migration]));
  await createRecord(client);
  for (const name of names) {
    const migration = known.get(name);
    if (!migration)
      throw new Error(`The backup needs the migration ${name}, which this version of Hearth does not have.`);
    await applyMigration(client, migration);
  }
}

function readManifest(backup: string): Manifest {
  let manifest: Manifest;
  try {
    manifest = JSON.parse(readFileSync(path.join(backup, 'manifest.json'), 'utf8')) as Manifest;
  } catch (cause) {
    throw new Error(`${backup} is not a complete backup of Hearth: its manifest.json cannot be read.`, { cause });
  }
  if (manifest.format !== 1)
    throw new Error(`${backup} was written by a newer version of Hearth. Restore it with that version.`);
  return manifest;
}

async function describe(client: pg.Client, writtenAt: string): Promise<Manifest> {
  const migrations = await client.query<{ name: string }>('select name from migrations order by name');
  const tables = await client.query<{ name: string; columns: string[] }>(
    `select c.relname as name, array_agg(a.attname::text order by a.attnum) as columns
       from pg_class c join pg_attribute a on a.attrelid = c.oid
      where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
        and c.relname <> 'migrations'
      group by c.relname order by c.relname`,
  );
  const references = await client.query<{ from: string; to: string }>(
    `select f.relname as "from", t.relname as "to" from pg_constraint k
       join pg_class f on f.oid = k.conrelid join pg_class t on t.oid = k.confrelid
      where k.contype = 'f' and k.connamespace = 'public'::regnamespace and f.oid <> t.oid`,
  );
  const sequences = await client.query<{ name: string; last: string }>(
    `select quote_ident(sequencename) as name, last_value::text as last from pg_sequences where schemaname = 'public' and last_value is not null`,
  );
  return {
    format: 1,
    writtenAt,
    migrations: migrations.rows.map(({ name }) => name),
    tables: inOrderOfReference(tables.rows, references.rows),
    sequences: sequences.rows,
  };
}

function inOrderOfReference<T extends { name: string }>(tables: T[], references: { from: string; to: string }[]): T[] {
  const ordered: T[] = [];
  const visited = new Set<string>();
  const visit = (table: T) => {
    if (visited.has(table.name)) return;
    visited.add(table.name);
    const needed = new Set(references.filter(({ from }) => from === table.name).map(({ to }) => to));
    for (const other of tables) if (needed.has(other.name)) visit(other);
    ordered.push(table);
  };
  tables.forEach(visit);
  return ordered;
}

const quote = (client: pg.Client, name: string) => `public.${client.escapeIdentifier(name)}`;
const list = (client: pg.Client, columns: string[]) =>
  columns.map((column) => client.escapeIdentifier(column)).join(', ');
