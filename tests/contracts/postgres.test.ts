import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createDatabase, debian15, type TestDatabase } from '#tests/support/postgres.ts';

describe.each([
  { server: 'embedded' as const, major: 18 },
  { server: 'postgres15' as const, major: 15 },
])('PostgreSQL $major ($server)', ({ server, major }) => {
  const absent = server === 'postgres15' && !debian15();
  let database: TestDatabase;

  beforeAll(async () => {
    if (!absent) database = await createDatabase({ server });
  });

  afterAll(() => database?.drop());

  const query = async (sql: string, values?: unknown[]) => (await database.pool.query(sql, values)).rows;

  test.skipIf(absent)('is the version that it is said to be, with all of our tables', async () => {
    const [{ server_version_num: version }] = await query('show server_version_num');
    expect(Math.floor(Number(version) / 10_000)).toBe(major);
    expect((await query('select name from migrations')).length).toBeGreaterThan(0);
  });

  test.skipIf(absent)('keeps text of every script, and sorts it the same everywhere', async () => {
    await query('create table words (word text)');
    await query('insert into words select unnest($1::text[])', [['élan', 'Zoë', 'ember', '火', 'نار', '🔥']]);
    expect((await query('select word from words order by word collate "C"')).map(({ word }) => word)).toEqual([
      'Zoë',
      'ember',
      'élan',
      'نار',
      '火',
      '🔥',
    ]);
    await expect(query('insert into words values ($1)', ['a\0b'])).rejects.toMatchObject({ code: '22021' });
  });

  test.skipIf(absent)('takes a batch in one statement and gives it back byte by byte', async () => {
    await query('create table blobs (id int primary key, bytes bytea)');
    const blobs = Array.from({ length: 100 }, (_, index) => Buffer.from([index, 0, 255]));
    await query('with rows as (select * from unnest($1::int[], $2::bytea[])) insert into blobs select * from rows', [
      blobs.map((_, index) => index),
      blobs,
    ]);
    expect((await query('select bytes from blobs where id = 99'))[0]?.bytes).toEqual(blobs[99]);
  });

  test.skipIf(absent)('tells listeners after the commit, never before', async () => {
    const listener = await database.connect();
    const heard: (string | undefined)[] = [];
    const told = new Promise<void>((resolve) => {
      listener.on('notification', ({ payload }) => {
        heard.push(payload);
        if (payload === 'second') resolve();
      });
    });
    await listener.query('listen fire');
    await query("begin; select pg_notify('fire', 'rolled back'); rollback");
    await query("select pg_notify('fire', 'second')");
    await told;
    expect(heard).toEqual(['second']);
    await listener.end();
  });

  test.skipIf(absent)('a connection that is killed fails its statement and nothing else', async () => {
    const client = await database.connect();
    const [{ pid }] = (await client.query('select pg_backend_pid() as pid')).rows;
    const statement = expect(client.query('select pg_sleep(60)')).rejects.toMatchObject({ code: '57P01' });
    await query('select pg_terminate_backend($1)', [pid]);
    await statement;
    expect(await query('select 1 as one')).toEqual([{ one: 1 }]);
  });
});
