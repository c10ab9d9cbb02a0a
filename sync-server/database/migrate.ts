import type pg from 'pg';
import type { Logger } from 'pino';
import { writeBackup } from './backup.ts';
import { applyMigration, createRecord, migrationsFolder, readMigrations, type Migration } from './migrations.ts';
import type { Database } from './open.ts';

export type MigrateOptions = {
  database: Pick<Database, 'connect'>;
  log: Logger;
  /** Default: the project's own. */
  folder?: string;
  /** Where a backup is written before a database with content is changed. */
  backups: string;
};

/** Two servers that start at once must not migrate at once. */
const migrateLock = 4_857_219;

/**
 * Brings the database to this version's tables: applies, in order of name, each file that has not been applied, in a transaction of its own.
 * Throws in words, before anything is changed, when a file was edited after it was applied or the database is ahead of this version.
 * @returns names of what was applied now
 */
export async function migrate({
  database,
  log,
  folder = migrationsFolder,
  backups,
}: MigrateOptions): Promise<string[]> {
  const migrations = readMigrations(folder);
  const client = await database.connect();
  try {
    await client.query('select pg_advisory_lock($1)', [migrateLock]);
    await createRecord(client);
    const pending = await findPending(client, migrations);
    if (pending.length > 0 && pending.length < migrations.length) {
      const written = await writeBackup({ client, folder: backups, reason: `before-${pending[0]?.name}` });
      log.info({ backup: written }, 'Wrote a backup before changing the database.');
    }
    for (const migration of pending) {
      await applyMigration(client, migration);
      log.info({ migration: migration.name }, 'Applied a migration.');
    }
    return pending.map(({ name }) => name);
  } finally {
    await client.end();
  }
}

async function findPending(client: pg.Client, migrations: Migration[]): Promise<Migration[]> {
  const { rows } = await client.query<{ name: string; checksum: string }>(
    'select name, checksum from migrations order by name',
  );
  const known = new Map(migrations.map(({ name, checksum }) => [name, checksum]));
  for (const { name, checksum } of rows) {
    if (!known.has(name)) {
      throw new Error(
        `The database was changed by a newer version of Hearth (migration ${name}). Nothing was touched. ` +
          `Start that version again, or restore a backup from before it.`,
      );
    }
    if (known.get(name) !== checksum) {
      throw new Error(
        `migrations/${name}.sql was edited after it had been applied to this database. Nothing was touched. ` +
          `Restore the file as it was, and put the change into a new migration.`,
      );
    }
  }
  const applied = new Set(rows.map(({ name }) => name));
  return migrations.filter(({ name }) => !applied.has(name));
}
