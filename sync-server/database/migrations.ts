import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type pg from 'pg';

/** One file of plain SQL. `checksum` is of its text with unix line endings. */
export type Migration = { name: string; sql: string; checksum: string };

/** The project's own migrations. */
export const migrationsFolder = path.resolve(import.meta.dirname, '../../migrations');

/** All migrations of a folder in the order in which they apply: that of their names. */
export function readMigrations(folder: string): Migration[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith('.sql'))
    .sort()
    .map((file) => {
      // Line endings differ by checkout, what the file says does not.
      const sql = readFileSync(path.join(folder, file), 'utf8').replaceAll('\r\n', '\n');
      return { name: path.basename(file, '.sql'), sql, checksum: createHash('sha256').update(sql).digest('hex') };
    });
}

/** The table that remembers what was applied. */
export async function createRecord(client: pg.Client): Promise<void> {
  await client.query(
    'create table if not exists migrations (name text primary key, applied_at timestamptz not null default now(), checksum text not null)',
  );
}

/** Applies one migration and records it, both or neither. */
export async function applyMigration(client: pg.Client, { name, sql, checksum }: Migration): Promise<void> {
  await client.query('begin');
  try {
    await client.query(sql);
    await client.query('insert into migrations (name, checksum) values ($1, $2)', [name, checksum]);
    await client.query('commit');
  } catch (cause) {
    await client.query('rollback');
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`The migration ${name} failed and was undone: ${reason}.`, { cause });
  }
}
