import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createDatabase, type TestDatabase } from '#tests/support/postgres.ts';
import { testLog as log } from '#tests/support/postgres-server.ts';
import { restoreBackup } from './backup.ts';
import { migrate } from './migrate.ts';
import { migrationsFolder, readMigrations } from './migrations.ts';

let database: TestDatabase;
let folder: string;
let backups: string;

beforeEach(async () => {
  database = await createDatabase({ migrated: false });
  const root = mkdtempSync(path.join(os.tmpdir(), 'hearth-test-'));
  folder = mkdtempSync(path.join(root, 'migrations-'));
  backups = path.join(root, 'backups');
});

afterEach(async () => {
  await database.drop();
  rmSync(path.dirname(folder), { recursive: true });
});

const write = (name: string, sql: string) => writeFileSync(path.join(folder, `${name}.sql`), sql);
const run = () => migrate({ database, log, folder, backups });

test('an installation without migrations starts', async () => {
  expect(await run()).toEqual([]);
});

test('every migration of this version applies to an empty database, once', async () => {
  const all = readMigrations(migrationsFolder).map(({ name }) => name);
  expect(await migrate({ database, log, backups })).toEqual(all);
  expect(await migrate({ database, log, backups })).toEqual([]);
});

test('migrations apply in order, and an upgrade applies only what is new', async () => {
  write('0002_b', 'alter table fires add column wood text');
  write('0001_a', 'create table fires (id int primary key)');
  expect(await run()).toEqual(['0001_a', '0002_b']);
  write('0003_c', 'alter table fires drop column wood');
  expect(await run()).toEqual(['0003_c']);
});

test('two servers that start at the same time migrate once', async () => {
  write('0001_a', 'create table fires (id int)');
  const applied = await Promise.all([run(), run(), run()]);
  expect(applied.flat()).toEqual(['0001_a']);
});

test('a failing migration is undone as a whole and named, those before it stay', async () => {
  write('0001_a', 'create table fires (id int)');
  write('0002_b', 'create table hearths (id int); select 1/0');
  await expect(run()).rejects.toThrow('The migration 0002_b failed and was undone: division by zero');
  const { rows } = await database.pool.query(
    "select to_regclass('fires') is not null as a, to_regclass('hearths') is not null as b",
  );
  expect(rows).toEqual([{ a: true, b: false }]);
});

test('a file edited after it was applied is refused in words', async () => {
  write('0001_a', 'create table fires (id int)');
  await run();
  write('0001_a', 'create table fires (id bigint)');
  await expect(run()).rejects.toThrow('migrations/0001_a.sql was edited after it had been applied');
});

test('line endings of another checkout are no edit', async () => {
  write('0001_a', 'create table fires\n(id int)\n');
  await run();
  write('0001_a', 'create table fires\r\n(id int)\r\n');
  expect(await run()).toEqual([]);
});

test('a database of a newer version is refused in words', async () => {
  write('0001_a', 'create table fires (id int)');
  write('0002_b', 'create table hearths (id int)');
  await run();
  rmSync(path.join(folder, '0002_b.sql'));
  await expect(run()).rejects.toThrow('changed by a newer version of Hearth (migration 0002_b)');
});

test('the operator gets a backup before an upgrade, and can restore it into an empty database', async () => {
  write(
    '0001_a',
    'create table people (id int generated always as identity primary key, name text, loud text generated always as (upper(name)) stored)',
  );
  write(
    '0002_b',
    'create table letters (id int primary key, person int references people, body bytea, reply int references letters)',
  );
  await run();
  expect(() => readdirSync(backups)).toThrow('ENOENT');
  await database.pool.query("insert into people (name) values ('Ada'), (E'tab\\tand\\nline\\\\'), (null)");
  await database.pool.query("insert into letters values (1, 2, '\\x00ff', 2), (2, 1, null, null)");
  write('0003_c', 'drop table letters');
  await run();

  const [name = ''] = readdirSync(backups);
  expect(name).toMatch(/-before-0003_c$/);
  const restored = await createDatabase({ migrated: false });
  const client = await restored.connect();
  await restoreBackup({ client, backup: path.join(backups, name), migrations: folder });
  expect((await client.query('select name, loud from people order by id')).rows[1]).toEqual({
    name: 'tab\tand\nline\\',
    loud: 'TAB\tAND\nLINE\\',
  });
  expect((await client.query('select * from letters order by id')).rows).toEqual([
    { id: 1, person: 2, body: Buffer.from([0, 255]), reply: 2 },
    { id: 2, person: 1, body: null, reply: null },
  ]);
  expect((await client.query("insert into people (name) values ('Grace') returning id")).rows).toEqual([{ id: 4 }]);
  await expect(restoreBackup({ client, backup: path.join(backups, name), migrations: folder })).rejects.toThrow(
    'The database is not empty',
  );
  await client.end();
  expect(await migrate({ database: restored, log, folder, backups })).toEqual(['0003_c']);
  await restored.drop();
});

test('an incomplete backup is refused and leaves the database empty', async () => {
  write('0001_a', 'create table people (id int)');
  await run();
  await database.pool.query('insert into people values (1)');
  write('0002_b', 'select 1');
  await run();
  const backup = path.join(backups, readdirSync(backups)[0] ?? '');
  const restored = await createDatabase({ migrated: false });
  const client = await restored.connect();
  rmSync(path.join(backup, 'people.copy.gz'));
  await expect(restoreBackup({ client, backup, migrations: folder })).rejects.toThrow('ENOENT');
  expect((await client.query("select * from pg_tables where schemaname = 'public'")).rows).toEqual([]);
  await client.end();
  await restored.drop();
});
