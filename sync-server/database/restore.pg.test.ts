import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createDatabase, type TestDatabase } from '#tests/support/postgres.ts';
import { writeBackup } from './backup.ts';
import { restore, type RestoreOptions } from './restore.ts';

const databases: TestDatabase[] = [];
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'hearth-restore-'));
});
afterEach(async () => {
  await Promise.all(databases.splice(0).map((database) => database.drop()));
  rmSync(folder, { recursive: true });
});

async function database(name?: string): Promise<TestDatabase> {
  const made = await createDatabase({ migrated: name !== undefined });
  databases.push(made);
  if (name) await made.pool.query(`insert into users (id, name, email) values ('u', $1, 'x@example.org')`, [name]);
  return made;
}

async function backUp(from: TestDatabase): Promise<string> {
  const client = await from.connect();
  const written = await writeBackup({ client, folder: path.join(folder, 'written'), reason: 'test' });
  await client.end();
  return written;
}

async function restoreInto(
  into: TestDatabase,
  options: Pick<RestoreOptions, 'backup' | 'replace'>,
): Promise<string | null> {
  const client = await into.connect();
  try {
    return await restore({ client, keepIn: path.join(folder, 'kept'), ...options });
  } finally {
    await client.end();
  }
}

const names = async ({ pool }: TestDatabase) =>
  (await pool.query('select name from users')).rows.map(({ name }) => name);
const epoch = async ({ pool }: TestDatabase) =>
  Number((await pool.query(`select value #>> '{}' as epoch from instance where key = 'epoch'`)).rows[0].epoch);

test('SYNC P6: a restored database has the backup’s people and a higher epoch, each time another', async () => {
  const backup = await backUp(await database('Ines'));
  const epochs = [];
  for (const fresh of [await database(), await database()]) {
    expect(await restoreInto(fresh, { backup, replace: false })).toBeNull();
    expect(await names(fresh)).toEqual(['Ines']);
    epochs.push(await epoch(fresh));
  }
  expect(epochs[0]).toBeGreaterThan(1);
  expect(epochs[1]).toBeGreaterThan(epochs[0] ?? 0);
});

test('a database with content is refused and left as it is', async () => {
  const backup = await backUp(await database('Ines'));
  const other = await database('Tomás');
  await expect(restoreInto(other, { backup, replace: false })).rejects.toThrow('not empty');
  expect([await names(other), await epoch(other)]).toEqual([['Tomás'], 1]);
});

test('what is replaced is kept in a backup of its own, and its epoch is passed', async () => {
  const backup = await backUp(await database('Ines'));
  const other = await database('Tomás');
  const far = Date.now() + 1_000_000;
  await other.pool.query(`update instance set value = to_jsonb($1::bigint) where key = 'epoch'`, [far]);
  const kept = await restoreInto(other, { backup, replace: true });
  expect([await names(other), await epoch(other)]).toEqual([['Ines'], far + 1]);
  const fresh = await database();
  await restoreInto(fresh, { backup: kept ?? '', replace: false });
  expect(await names(fresh)).toEqual(['Tomás']);
});

test('a backup that cannot be read gives nothing up', async () => {
  const backup = await backUp(await database('Ines'));
  writeFileSync(path.join(backup, readdirSync(backup).find((file) => file.startsWith('users')) ?? ''), 'damaged');
  const other = await database('Tomás');
  await expect(restoreInto(other, { backup, replace: true })).rejects.toThrow('again as it was before');
  expect(await names(other)).toEqual(['Tomás']);
});
